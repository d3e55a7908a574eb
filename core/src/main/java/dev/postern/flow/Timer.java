package dev.postern.flow;

import java.time.Duration;

/** A clock and tasks that run later. Classes get it as a parameter, so tests can control the time. */
public interface Timer {

    /** The time of a monotonic clock, in nanoseconds. */
    long nanoTime();

    /** Runs the task once after the delay, on another thread. The returned task cancels it. */
    Runnable after(long nanos, Runnable task);

    /** The duration in nanoseconds, at most {@link Long#MAX_VALUE} (292 years). */
    static long nanos(Duration time) {
        return time.toSeconds() < Long.MAX_VALUE / 1_000_000_000 ? time.toNanos() : Long.MAX_VALUE;
    }

    /**
     * The timer of the process. A task may block its thread. Nothing keeps a reference to a cancelled task.
     */
    static Timer system() {
        return SystemTimer.SHARED;
    }
}
