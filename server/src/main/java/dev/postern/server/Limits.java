package dev.postern.server;

import java.time.Duration;

/**
 * How much a client may send, and how long anybody may take.
 *
 * @param maxRequests how many requests are answered at the same time
 * @param maxBodyBytes the largest body of a request
 * @param maxBodyValues how many JSON values a body may hold
 * @param maxMemory the memory that all bodies may take together, in bytes, by an estimate
 * @param bodyTime how long a body may take to arrive
 * @param writeTime how long a client may take to make room for what is written next
 * @param firstSilence how long a stream's backend may be silent until the 200 goes out without an event; up to then a
 *     failure still has a status
 * @param keepAlive the silence after which a stream gets a comment, by which it is noticed that the client hung up
 * @param health how long a backend has to say that it is well
 */
record Limits(
        int maxRequests,
        long maxBodyBytes,
        int maxBodyValues,
        long maxMemory,
        Duration bodyTime,
        Duration writeTime,
        Duration firstSilence,
        Duration keepAlive,
        Duration health) {

    static Limits defaults() {
        return new Limits(
                Workers.CAPACITY,
                16L << 20,
                200_000,
                Math.max(32L << 20, Runtime.getRuntime().maxMemory() / 4),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5));
    }

    Limits withRequests(int most) {
        return new Limits(
                most, maxBodyBytes, maxBodyValues, maxMemory, bodyTime, writeTime, firstSilence, keepAlive, health);
    }

    Limits withBody(long maxBytes, Duration time) {
        return new Limits(
                maxRequests, maxBytes, maxBodyValues, maxMemory, time, writeTime, firstSilence, keepAlive, health);
    }

    Limits withMemory(int maxValues, long bytes) {
        return new Limits(
                maxRequests, maxBodyBytes, maxValues, bytes, bodyTime, writeTime, firstSilence, keepAlive, health);
    }

    Limits withWriteTime(Duration time) {
        return new Limits(
                maxRequests, maxBodyBytes, maxBodyValues, maxMemory, bodyTime, time, firstSilence, keepAlive, health);
    }

    Limits withSilence(Duration first, Duration later) {
        return new Limits(
                maxRequests, maxBodyBytes, maxBodyValues, maxMemory, bodyTime, writeTime, first, later, health);
    }

    Limits withHealth(Duration time) {
        return new Limits(
                maxRequests,
                maxBodyBytes,
                maxBodyValues,
                maxMemory,
                bodyTime,
                writeTime,
                firstSilence,
                keepAlive,
                time);
    }
}
