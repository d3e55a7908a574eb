package dev.postern.benchmarks;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** A histogram of the time from the server's write to the {@code Ear}, in steps of 10 microseconds. Thread-safe. */
final class Delays {
    private static final int STEP_MICROS = 10;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(500_000); // up to 5 s

    void record(long micros) {
        counts.incrementAndGet((int) Math.min(Math.max(0, micros) / STEP_MICROS, counts.length() - 1));
    }

    void reset() {
        for (int i = 0; i < counts.length(); i++) {
            counts.setPlain(i, 0);
        }
    }

    /** The delay, in microseconds, that this share of the events did not exceed; 0 if there were none. */
    long quantile(double share) {
        long all = 0;
        for (int i = 0; i < counts.length(); i++) {
            all += counts.get(i);
        }
        long seen = 0;
        for (int i = 0; i < counts.length(); i++) {
            seen += counts.get(i);
            if (seen > 0 && seen >= share * all) {
                return (long) (i + 1) * STEP_MICROS;
            }
        }
        return 0;
    }
}
