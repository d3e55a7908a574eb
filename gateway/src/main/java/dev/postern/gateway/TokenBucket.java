package dev.postern.gateway;

import java.time.Duration;

/**
 * A rate limit: so many calls a minute, evenly spread, with a small burst after a quiet time. Not thread-safe.
 *
 * <p>The bucket is kept as one moment, the one at which it will be full again. Each call moves it by the time that one
 * call is worth.
 */
final class TokenBucket {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    /** Keeps sums of times far from an overflow. */
    private static final long LONGEST = Long.MAX_VALUE / 4;

    private final long perCall;
    private final long capacity;
    private long fullAt;

    /** A bucket that is full now. */
    TokenBucket(int perMinute, int burst, long now) {
        perCall = -Math.floorDiv(-MINUTE, perMinute); // rounded up: never more than perMinute
        capacity = burst > LONGEST / perCall ? LONGEST : perCall * burst;
        fullAt = now;
    }

    /** The time until the next call may begin; 0 if it may begin now. */
    long waitNanos(long now) {
        long missing = fullAt - now;
        return Math.max(0, missing - (capacity - perCall));
    }

    /** A call begins. */
    void take(long now) {
        fullAt = (fullAt - now > 0 ? fullAt : now) + perCall;
    }
}
