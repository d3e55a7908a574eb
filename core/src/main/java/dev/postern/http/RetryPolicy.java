package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.flow.Timer;
import java.time.Duration;

/**
 * How often to try, and how long to wait in between. Only a failure that says so ({@link LlmException#retryable}) is
 * tried again, never after the first item of an answer has gone out, and never beyond the total timeout.
 *
 * <p>The wait is random between nothing and {@code baseDelay · 2ⁿ}, at most {@code maxDelay} ("full jitter"), so that
 * clients which failed together do not come back together. A server that says how long to wait is obeyed if that is at
 * most {@code maxRetryAfter}; otherwise the call fails at once and {@link LlmException#retryAfter} tells the caller.
 *
 * @param maxAttempts tries in all; 1 for no retries; default 3
 * @param baseDelay the first wait at most; default 0.5 s
 * @param maxDelay any wait at most, unless the server asks; default 8 s
 * @param maxRetryAfter the longest wait that a server may ask for; default 60 s
 */
public record RetryPolicy(int maxAttempts, Duration baseDelay, Duration maxDelay, Duration maxRetryAfter) {

    private static final RetryPolicy DEFAULTS =
            new RetryPolicy(3, Duration.ofMillis(500), Duration.ofSeconds(8), Duration.ofSeconds(60));

    /** Refuses fewer than one attempt and negative waits. */
    public RetryPolicy {
        if (maxAttempts < 1 || baseDelay.isNegative() || maxDelay.isNegative() || maxRetryAfter.isNegative()) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "retries: at least one attempt is needed, and no wait may be negative.");
        }
    }

    /** The defaults. */
    public static RetryPolicy defaults() {
        return DEFAULTS;
    }

    /** One attempt and no more. */
    public static RetryPolicy none() {
        return DEFAULTS.withMaxAttempts(1);
    }

    /** This, with another number of tries. */
    public RetryPolicy withMaxAttempts(int attempts) {
        return new RetryPolicy(attempts, baseDelay, maxDelay, maxRetryAfter);
    }

    /** This, with other waits. */
    public RetryPolicy withDelays(Duration base, Duration max) {
        return new RetryPolicy(maxAttempts, base, max, maxRetryAfter);
    }

    /** This, with another bound on what a server may ask for. */
    public RetryPolicy withMaxRetryAfter(Duration longest) {
        return new RetryPolicy(maxAttempts, baseDelay, maxDelay, longest);
    }

    /**
     * Nanoseconds to wait before the next try, or -1 to give up.
     *
     * @param attempts how many tries were made
     * @param random from 0 (inclusive) to 1 (exclusive)
     */
    long waitNanos(LlmException failure, int attempts, double random) {
        if (!failure.retryable() || attempts >= maxAttempts) {
            return -1;
        }
        Duration asked = failure.retryAfter().orElse(null);
        if (asked != null) {
            return asked.compareTo(maxRetryAfter) > 0 ? -1 : Timer.nanos(asked);
        }
        double ceiling = Math.min(Timer.nanos(baseDelay) * Math.pow(2, attempts - 1), (double) Timer.nanos(maxDelay));
        return (long) (ceiling * random);
    }
}
