package dev.postern.server.admin;

/** Counts events of the last five minutes, in steps of ten seconds. Not thread-safe. */
final class RateWindow {
    private static final int STEPS = 30;
    private static final long STEP_NANOS = 10_000_000_000L;

    /** The minutes that are counted. */
    static final int MINUTES = 5;

    private final long[] counts = new long[STEPS];
    private final long begin;
    private long newest; // the number of the step that is counted

    RateWindow(long nanoTime) {
        begin = nanoTime;
    }

    void add(long nanoTime) {
        advance(nanoTime);
        counts[(int) (newest % STEPS)]++;
    }

    /** The events of the last five minutes. */
    long count(long nanoTime) {
        advance(nanoTime);
        long sum = 0;
        for (long each : counts) {
            sum += each;
        }
        return sum;
    }

    private void advance(long nanoTime) {
        long now = Math.max(newest, (nanoTime - begin) / STEP_NANOS);
        long cleared = Math.min(now - newest, STEPS);
        for (long step = 0; step < cleared; step++) {
            counts[(int) ((now - step) % STEPS)] = 0;
        }
        newest = now;
    }
}
