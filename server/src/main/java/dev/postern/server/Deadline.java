package dev.postern.server;

import java.time.Duration;

/** The time at which the next event or comment must be sent. */
final class Deadline {
    private final long end;

    Deadline(Duration length) {
        end = System.nanoTime() + length.toNanos();
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }
}
