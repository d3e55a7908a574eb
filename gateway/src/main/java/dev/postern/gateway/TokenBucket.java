package dev.postern.gateway;

import java.time.Duration;

/**
 * A rate limit: calls per minute, evenly spread, with a small burst after an idle time. Not thread-safe.
 *
 * <p>The state of the bucket is one point in time: when it will be full again. Each call moves this point by the time
 * between two calls.
 */
final class TokenBucket {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    /** Prevents an overflow when times are added. */
    private static final long MAX_NANOS = Long.MAX_VALUE / 4;

    private final long perCall;
    private final long capacity;
    private long fullAt;

    /** A bucket that is full now. */
    TokenBucket(int perMinute, int burst, long now) {
        perCall = -Math.floorDiv(-MINUTE, perMinute); // rounded up: never more than perMinute
        capacity = burst > MAX_NANOS / perCall ? MAX_NANOS : perCall * burst;
        fullAt = now;
    }

    /** The time until the next call may begin; 0 if it may begin now. */
    long waitNanos(long now) {
        long missing = fullAt - now;
        return Math.max(0, missing - (capacity - perCall));
    }

    /** Takes the token for one call. */
    void take(long now) {
        fullAt = (fullAt - now > 0 ? fullAt : now) + perCall;
    }
}
