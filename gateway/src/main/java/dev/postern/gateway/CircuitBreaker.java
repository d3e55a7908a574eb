package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.flow.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker. While <i>closed</i>, it admits all calls; while <i>open</i>, none. After the cool-down it admits one
 * trial call, whose outcome closes or reopens it. Not thread-safe.
 */
final class CircuitBreaker {
    /** The upper limit for a cool-down that a server requests. */
    private static final long MAX_REQUESTED_NANOS = Duration.ofMinutes(5).toNanos();

    private int failures;
    private boolean open;
    private long until;
    private boolean trialRunning;
    /** The number of times that it has opened. */
    private int openings;

    private @Nullable LlmException reason;
    /** The failure that was last reported; null while the state is reported as available. */
    private @Nullable LlmException reported;

    /** The number of times that it has opened. The answer to a call from before the last opening does not close it. */
    int openings() {
        return openings;
    }

    /** Whether it rejects a call at this time. */
    boolean rejects(long now) {
        return open && (trialRunning || now - until < 0);
    }

    /** Admits a call; true if it is the trial call. */
    boolean admit() {
        trialRunning = open;
        return open;
    }

    /** The trial call ended without a result. */
    void releaseTrial() {
        trialRunning = false;
    }

    /** The failure that opened it; null if it is closed. */
    @Nullable
    LlmException reason() {
        return open ? reason : null;
    }

    /** The failure of the key or account that makes all calls fail at this time; null if there is none. */
    @Nullable
    LlmException keyFailure(long now) {
        return reported != null && reason != null && FallbackRules.isOfKey(reason.kind()) && now - until < 0
                ? reason
                : null;
    }

    /**
     * Records a failed call.
     *
     * @param opensAtOnce whether one failure of this kind opens the breaker
     * @param trial whether it was the trial call
     * @return the failure, if the state changed in a way that must be reported; else null
     */
    @Nullable
    LlmException failed(LlmException failure, boolean opensAtOnce, boolean trial, Thresholds thresholds) {
        failures++;
        long requested = failure.retryAfter().map(Timer::nanos).orElse(0L);
        boolean opens = thresholds.threshold() > 0
                && (opensAtOnce || trial || failures >= thresholds.threshold() || requested > 0);
        if (!opens && !opensAtOnce) {
            return null;
        }
        openings += opens && !open ? 1 : 0;
        open = opens;
        until = thresholds.now()
                + (requested > 0 ? Math.min(requested, MAX_REQUESTED_NANOS) : thresholds.lengthNanos());
        reason = failure;
        boolean isChange =
                reported == null || (FallbackRules.isOfKey(failure.kind()) && reported.kind() != failure.kind());
        if (isChange) {
            reported = failure;
        }
        return isChange ? failure : null;
    }

    /**
     * Closes it, because an answer has started or is complete.
     *
     * @param succeeded whether the answer is complete, which resets the number of failures in a row
     * @return the failure that was reported and is over now; null if there is none
     */
    @Nullable
    LlmException close(boolean succeeded) {
        failures = succeeded ? 0 : failures;
        open = false;
        trialRunning = false;
        reason = null;
        LlmException before = reported;
        reported = null;
        return before;
    }

    /**
     * When it opens, and for how long.
     *
     * @param threshold the number of failures in a row that opens it; 0 for never
     * @param lengthNanos the length of the cool-down
     * @param now the current time
     */
    record Thresholds(int threshold, long lengthNanos, long now) {}
}
