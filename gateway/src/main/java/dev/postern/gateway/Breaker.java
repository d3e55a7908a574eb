package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.flow.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker: <i>closed</i> it lets all calls pass, <i>open</i> none, and after the cool-down one, the probe, which
 * decides. Not thread-safe.
 */
final class Breaker {
    /** A server that asks for a longer wait than this is asked again all the same. */
    private static final long LONGEST = Duration.ofMinutes(5).toNanos();

    private int failures;
    private boolean open;
    private long until;
    private boolean probing;
    /** How often it has opened. */
    private int openings;

    private @Nullable LlmException reason;
    /** The failure that was told as the present state; null while all is well. */
    private @Nullable LlmException told;

    /** How often it has opened: the answer to a call that began before the last time does not close it. */
    int openings() {
        return openings;
    }

    /** Whether no call may pass now. */
    boolean refuses(long now) {
        return open && (probing || now - until < 0);
    }

    /** A call passes; whether it is the probe. */
    boolean pass() {
        probing = open;
        return open;
    }

    /** The probe ended without telling anything. */
    void giveBack() {
        probing = false;
    }

    /** Why it is open; null if it is closed. */
    @Nullable
    LlmException reason() {
        return open ? reason : null;
    }

    /** The failure of the key or account because of which no call can succeed at this time; null if there is none. */
    @Nullable
    LlmException refusal(long now) {
        return told != null && reason != null && Effect.isOfKey(reason.kind()) && now - until < 0 ? reason : null;
    }

    /**
     * A call failed.
     *
     * @param atOnce whether it opens although it is the first one
     * @param probe whether it was the probe
     * @return the failure, if this is a change of the state that has to be told
     */
    @Nullable
    LlmException failed(LlmException failure, boolean atOnce, boolean probe, Terms terms) {
        failures++;
        long asked = failure.retryAfter().map(Timer::nanos).orElse(0L);
        boolean opens = terms.after() > 0 && (atOnce || probe || failures >= terms.after() || asked > 0);
        if (!opens && !atOnce) {
            return null;
        }
        openings += opens && !open ? 1 : 0;
        open = opens;
        until = terms.now() + (asked > 0 ? Math.min(asked, LONGEST) : terms.lengthNanos());
        reason = failure;
        boolean isNews = told == null || (Effect.isOfKey(failure.kind()) && told.kind() != failure.kind());
        if (isNews) {
            told = failure;
        }
        return isNews ? failure : null;
    }

    /**
     * A call began to be answered, or succeeded.
     *
     * @param succeeded whether the failures in a row end with it
     * @return the failure that was told and holds no longer; null if there is none
     */
    @Nullable
    LlmException close(boolean succeeded) {
        failures = succeeded ? 0 : failures;
        open = false;
        probing = false;
        reason = null;
        LlmException before = told;
        told = null;
        return before;
    }

    /**
     * When and for how long it opens.
     *
     * @param after after how many failures in a row; 0 for never
     * @param lengthNanos for how long
     * @param now the time
     */
    record Terms(int after, long lengthNanos, long now) {}
}
