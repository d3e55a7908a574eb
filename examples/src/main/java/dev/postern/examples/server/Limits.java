package dev.postern.examples.server;

import java.time.Duration;

/**
 * How much a client may send, and how long anybody may take.
 *
 * @param maxRequests how many requests are answered at the same time
 * @param maxBodyBytes the largest body of a request
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
        Duration bodyTime,
        Duration writeTime,
        Duration firstSilence,
        Duration keepAlive,
        Duration health) {

    static Limits defaults() {
        return new Limits(
                Workers.CAPACITY,
                16L << 20,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5));
    }

    Limits withRequests(int most) {
        return new Limits(most, maxBodyBytes, bodyTime, writeTime, firstSilence, keepAlive, health);
    }

    Limits withBody(long maxBytes, Duration time) {
        return new Limits(maxRequests, maxBytes, time, writeTime, firstSilence, keepAlive, health);
    }

    Limits withWriteTime(Duration time) {
        return new Limits(maxRequests, maxBodyBytes, bodyTime, time, firstSilence, keepAlive, health);
    }

    Limits withSilence(Duration first, Duration later) {
        return new Limits(maxRequests, maxBodyBytes, bodyTime, writeTime, first, later, health);
    }

    Limits withHealth(Duration time) {
        return new Limits(maxRequests, maxBodyBytes, bodyTime, writeTime, firstSilence, keepAlive, time);
    }
}
