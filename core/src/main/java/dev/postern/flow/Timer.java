package dev.postern.flow;

import java.time.Duration;

/** Time and tasks that run later; passed in, so that tests can turn the clock. */
public interface Timer {

    /** The time on a clock that only goes forward. */
    long nanoTime();

    /** Runs the task once after the delay, on a thread of its own choice. The returned task takes that back. */
    Runnable after(long nanos, Runnable task);

    /** In nanoseconds; what lies beyond three centuries is as good as that. */
    static long nanos(Duration time) {
        return time.toSeconds() < Long.MAX_VALUE / 1_000_000_000 ? time.toNanos() : Long.MAX_VALUE;
    }

    /**
     * The JVM's clock, the same for all. A task runs on a thread that it may block, and a task taken back leaves nothing
     * behind.
     */
    static Timer system() {
        return SystemTimer.SHARED;
    }
}
