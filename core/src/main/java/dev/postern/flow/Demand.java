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
        total.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    }

    /** All that was ever asked for. */
    public long total() {
        return total.get();
    }
}
