package dev.postern.flow;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The number of items that were requested in total. It only grows, up to "unlimited", so no request is lost or counted
 * twice. A publisher compares it with the number of items that it has delivered. Thread-safe.
 */
public final class Demand {
    private final AtomicLong total = new AtomicLong();

    /** Adds to the total; beyond {@link Long#MAX_VALUE} it stays there (§3.17). */
    public void add(long n) {
        long before;
        long after;
        do {
            before = total.get();
            after = before + n < 0 ? Long.MAX_VALUE : before + n;
        } while (!total.compareAndSet(before, after));
    }

    /** The number of items that were requested so far. */
    public long total() {
        return total.get();
    }
}
