package dev.postern.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Bounded waits of tests. */
final class Waits {
    private Waits() {}

    /**
     * Waits until the condition is true. The caller holds the monitor, whose owner notifies it of each change.
     *
     * @param what what was waited for, for the failure
     * @throws AssertionError if the time is over, or if the thread is interrupted
     */
    static void until(Object monitor, Duration time, BooleanSupplier condition, Supplier<String> what) {
        try {
            if (!atMost(monitor, time, condition)) {
                throw new AssertionError("Waited " + time.toMillis() + " ms for " + what.get() + ".");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for " + what.get() + ".", e);
        }
    }

    /** Waits likewise, and returns whether the condition is true. */
    static boolean atMost(Object monitor, Duration time, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            monitor.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        }
        return true;
    }
}
