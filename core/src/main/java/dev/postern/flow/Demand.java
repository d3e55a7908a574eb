package dev.postern.flow;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many items were asked for in all. The total only grows, up to "unlimited", so nothing can be asked twice or lost:
 * whoever serves the demand compares it with his own count of what went out.
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

    /** All that was ever asked for. */
    public long total() {
        return total.get();
    }
}
