package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.flow.Timer;
import java.time.Duration;

/**
 * How often a request may be sent, and how long to wait in between. Only a failure that says so ({@link
 * LlmException#retryable}) is tried again, never after the first item of an answer has gone out, never if it carries an
 * {@link LlmException#answer()}, which was paid for, and never beyond the total timeout.
 *
 * <p><b>A retry may run a request twice.</b> With the defaults a request is sent again after an error of the server (5xx), a
 * timeout, and a connection that was cut before the first item. A server may have begun to work on it, and may charge for
 * that. {@link #none()} sends a request once, whatever happens. (The JDK's client sends a {@code GET}, such as the one for the
 * list of models, a second time by itself if its connection breaks.)
 *
 * <p>With two or more attempts, two things happen at once, without a wait. A request is sent again over another connection, at
 * most once a call, if its connection seems to have been closed by the server before: a connection to the same origin was
 * idle, and the failure came within 100 ms and before any byte of an answer. This counts as an attempt. And a request that
 * the server refused because of a field that the provider chose is sent in another form, at most four times a call; that is
 * not counted, as the server did not run what it refused.
 *
 * <p>The wait is random between nothing and {@code baseDelay · 2ⁿ}, at most {@code maxDelay} ("full jitter"), so that
 * clients which failed together do not come back together. A server that says how long to wait is obeyed if that is at
 * most {@code maxRetryAfter}; otherwise the call fails at once and {@link LlmException#retryAfter} tells the caller.
 *
 * @param maxAttempts how often a request is sent at most; 1 for once, whatever happens; default 3
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

    /** Sends a request once, whatever happens: no retry, no other connection, no other form. */
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

    /** Whether a request goes out once, whatever happens. */
    boolean sendsOnce() {
        return maxAttempts == 1;
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
