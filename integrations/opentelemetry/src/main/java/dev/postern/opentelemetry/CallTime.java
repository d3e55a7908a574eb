package dev.postern.opentelemetry;

import java.time.Duration;
import java.time.Instant;

/** The clock of one call and its attempts: the time of day of its beginning, and from there one that never goes back. In nanoseconds. */
final class CallTime {
    private final long start;
    private final long base = System.nanoTime();

    CallTime() {
        Instant now = Instant.now();
        start = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    long start() {
        return start;
    }

    long now() {
        return start + (System.nanoTime() - base);
    }

    static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
