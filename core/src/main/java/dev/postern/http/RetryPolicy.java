package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.flow.Timer;
import java.time.Duration;

/**
 * The number of attempts of a call, and the delays between them. Only a {@linkplain LlmException#retryable retryable}
 * failure is retried; not after the first item of an answer was delivered, not if it has an {@link
 * LlmException#answer()}, which was paid for, and not beyond the total timeout.
 *
 * <p><b>A retry may run a request twice.</b> With the defaults a request is sent again after an error of the server
 * (5xx), a timeout, and a connection that was cut before the first item. The server may have begun to work on it, and
 * may charge for that. {@link #none()} sends a request once. (The JDK's client itself repeats a {@code GET}, such as
 * the request for the list of models, if its connection breaks.)
 *
 * <p>With two or more attempts, a request may be sent again without delay for two reasons. First, at most once per
 * call, if the server has probably closed the connection before: a connection to the same origin was idle, and the
 * failure came within 100 ms and before any byte of an answer. This counts as an attempt. Second, at most four times
 * per call, if the server refused the request because of a field that the provider chose: it is sent in another form.
 * This is not counted, because the server did not run the refused request.
 *
 * <p>The delay is random between zero and {@code baseDelay · 2ⁿ}, at most {@code maxDelay} ("full jitter"), so that
 * clients which failed together do not retry together. A delay that the server asks for is used instead if it is at
 * most {@code maxRetryAfter}; otherwise the call fails, and {@link LlmException#retryAfter} has the delay.
 *
 * @param maxAttempts the greatest number of attempts; 1 for no retry of any kind; default 3
 * @param baseDelay the bound of the first delay; default 0.5 s
 * @param maxDelay the bound of all delays that the server does not ask for; default 8 s
 * @param maxRetryAfter the longest delay that the server may ask for; default 60 s
 */
public record RetryPolicy(int maxAttempts, Duration baseDelay, Duration maxDelay, Duration maxRetryAfter) {

    private static final RetryPolicy DEFAULTS =
            new RetryPolicy(3, Duration.ofMillis(500), Duration.ofSeconds(8), Duration.ofSeconds(60));

    /** Creates a policy. Fails for fewer than one attempt and for negative delays. */
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

    /** A policy of one attempt: no retry, no other connection, no other form. */
    public static RetryPolicy none() {
        return DEFAULTS.withMaxAttempts(1);
    }

    /** This policy with another number of attempts. */
    public RetryPolicy withMaxAttempts(int attempts) {
        return new RetryPolicy(attempts, baseDelay, maxDelay, maxRetryAfter);
    }

    /** This policy with other delays. */
    public RetryPolicy withDelays(Duration base, Duration max) {
        return new RetryPolicy(maxAttempts, base, max, maxRetryAfter);
    }

    /** This policy with another bound for delays that a server asks for. */
    public RetryPolicy withMaxRetryAfter(Duration longest) {
        return new RetryPolicy(maxAttempts, baseDelay, maxDelay, longest);
    }

    /** Whether a request is sent once only. */
    boolean sendsOnce() {
        return maxAttempts == 1;
    }

    /**
     * The delay before the next attempt in nanoseconds; -1 if there is none.
     *
     * @param attempts the number of attempts so far
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
