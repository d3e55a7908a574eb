package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.flow.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Leaves a backend alone that keeps failing: <i>closed</i> it lets all calls pass, <i>open</i> none, and after the
 * cool-down one, the probe, whose end decides. Thread-safe.
 */
final class CoolDown {
    /** A server that asks for more patience than this is asked again all the same. */
    private static final long LONGEST = Duration.ofMinutes(5).toNanos();

    private final Timer timer;
    private final int afterFailures;
    private final long lengthNanos;

    private int failures;
    private boolean open;
    private long until;
    private boolean probing;
    private @Nullable LlmException reason;

    CoolDown(BackendPolicy policy, Timer timer) {
        this.timer = timer;
        this.afterFailures = policy.coolDownAfter();
        this.lengthNanos = Timer.nanos(policy.coolDown());
    }

    /** What a call is to this backend now. */
    enum Pass {
        /** One of many. */
        CALL,
        /** The one that finds out whether the backend is well again. */
        PROBE,
        /** Not wanted. */
        REFUSED
    }

    /** Asks for a pass; one that is no refusal must be given back with one of the methods below. */
    synchronized Pass admit() {
        if (!open) {
            return Pass.CALL;
        }
        if (probing || timer.nanoTime() - until < 0) {
            return Pass.REFUSED;
        }
        probing = true;
        return Pass.PROBE;
    }

    /** The last failure of a backend that is left alone. */
    synchronized @Nullable LlmException reason() {
        return reason;
    }

    /** The backend is there. */
    synchronized void succeeded(Pass pass) {
        abandoned(pass);
        failures = 0;
        open = false;
        reason = null;
    }

    /**
     * The backend begins to answer. A probe need not come to its end for that: the others may follow. The failures are
     * forgotten with a good end only, so the next one opens again.
     */
    synchronized void begins(Pass pass) {
        if (pass == Pass.PROBE) {
            probing = false;
            open = false;
        }
    }

    /** The backend failed in a way that a retry could mend. */
    synchronized void failed(Pass pass, LlmException failure) {
        abandoned(pass);
        if (afterFailures == 0) {
            return;
        }
        failures++;
        long asked = Timer.nanos(failure.retryAfter().orElse(Duration.ZERO));
        if (pass == Pass.PROBE || failures >= afterFailures || asked > 0) {
            open = true;
            until = timer.nanoTime() + (asked > 0 ? Math.min(asked, LONGEST) : lengthNanos);
            reason = failure;
        }
    }

    /** The call ended without telling anything about the backend. */
    synchronized void abandoned(Pass pass) {
        if (pass == Pass.PROBE) {
            probing = false;
        }
    }
}
