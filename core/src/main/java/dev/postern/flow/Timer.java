package dev.postern.flow;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

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
     * The JVM's clock. It has no thread of its own: the wait is with the one that the JDK keeps for all {@link
     * CompletableFuture} timeouts, the task runs on a thread that it may block, and a task taken back leaves nothing behind.
     */
    static Timer system() {
        return new SystemTimer();
    }
}
