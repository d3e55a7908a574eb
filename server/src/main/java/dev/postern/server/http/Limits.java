package dev.postern.server.http;

import java.time.Duration;

/**
 * The limits of sizes and times.
 *
 * @param maxRequests the largest number of active requests
 * @param maxBodyBytes the largest body of a request, in bytes
 * @param maxBodyValues the largest number of JSON values in a body
 * @param maxMemory the estimated memory of all bodies together, in bytes
 * @param bodyTime how long a body may take to arrive
 * @param writeTime how long a client may take to read what waits for it
 * @param firstSilence how long a stream waits for the first event of the backend before it sends status 200; a failure
 *     before that has its own status
 * @param keepAlive the time without events after which a stream sends a comment, so that a closed connection is noticed
 * @param health how long the health check of a backend may take
 * @param connections the limits of connections
 */
public record Limits(
        int maxRequests,
        long maxBodyBytes,
        int maxBodyValues,
        long maxMemory,
        Duration bodyTime,
        Duration writeTime,
        Duration firstSilence,
        Duration keepAlive,
        Duration health,
        ConnectionLimits connections) {

    private static final long REQUEST_BYTES = 160 << 10; // the memory of a stream whose client reads nothing

    /** The limits of the program, which depend on the size of the heap. */
    public static Limits defaults() {
        return new Limits(
                (int) Math.min(5000, Math.max(64, Runtime.getRuntime().maxMemory() / REQUEST_BYTES)),
                16L << 20,
                200_000,
                Math.max(32L << 20, Runtime.getRuntime().maxMemory() / 4),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                ConnectionLimits.defaults());
    }

    public Limits withRequests(int most) {
        return new Limits(
                most,
                maxBodyBytes,
                maxBodyValues,
                maxMemory,
                bodyTime,
                writeTime,
                firstSilence,
                keepAlive,
                health,
                connections);
    }

    public Limits withBody(long maxBytes, Duration time) {
        return new Limits(
                maxRequests,
                maxBytes,
                maxBodyValues,
                maxMemory,
                time,
                writeTime,
                firstSilence,
                keepAlive,
                health,
                connections);
    }

    public Limits withMemory(int maxValues, long bytes) {
        return new Limits(
                maxRequests,
                maxBodyBytes,
                maxValues,
                bytes,
                bodyTime,
                writeTime,
                firstSilence,
                keepAlive,
                health,
                connections);
    }

    public Limits withWriteTime(Duration time) {
        return new Limits(
                maxRequests,
                maxBodyBytes,
                maxBodyValues,
                maxMemory,
                bodyTime,
                time,
                firstSilence,
                keepAlive,
                health,
                connections);
    }

    public Limits withSilence(Duration first, Duration later) {
        return new Limits(
                maxRequests,
                maxBodyBytes,
                maxBodyValues,
                maxMemory,
                bodyTime,
                writeTime,
                first,
                later,
                health,
                connections);
    }

    public Limits withHealth(Duration time) {
        return new Limits(
                maxRequests,
                maxBodyBytes,
                maxBodyValues,
                maxMemory,
                bodyTime,
                writeTime,
                firstSilence,
                keepAlive,
                time,
                connections);
    }

    public Limits withConnections(ConnectionLimits limits) {
        return new Limits(
                maxRequests,
                maxBodyBytes,
                maxBodyValues,
                maxMemory,
                bodyTime,
                writeTime,
                firstSilence,
                keepAlive,
                health,
                limits);
    }
}
