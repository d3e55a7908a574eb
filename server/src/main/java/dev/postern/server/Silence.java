package dev.postern.server;

import java.time.Duration;

/** The time that may pass until something has to go out. */
final class Silence {
    private final long end;

    Silence(Duration length) {
        end = System.nanoTime() + length.toNanos();
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }
}
