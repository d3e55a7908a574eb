package dev.postern.gateway;

import dev.postern.LlmException;
import org.jspecify.annotations.Nullable;

/**
 * The permission of a {@link CoolDown} for one call. The outcome of the call must be reported to the same cool-down. The
 * cool-down alone uses the fields and {@link #releaseTrials}, under its lock.
 */
final class CoolDownPermit {
    final String model;
    /** The number of openings of both breakers before the call. */
    final int openings;

    final int openingsOfModel;
    /** The breaker for which this call is the trial call. */
    @Nullable
    CircuitBreaker triedBreaker;

    @Nullable
    CircuitBreaker triedModelBreaker;

    private final CallerOverrides callerOverrides;
    private final boolean modelOfCaller;

    CoolDownPermit(String model, boolean modelOfCaller, CallerOverrides overrides, int openings, int openingsOfModel) {
        this.model = model;
        this.modelOfCaller = modelOfCaller;
        this.callerOverrides = overrides;
        this.openings = openings;
        this.openingsOfModel = openingsOfModel;
    }

    /** What the caller overrides at the backend. */
    CallerOverrides callerOverrides() {
        return callerOverrides;
    }

    /** Whether this call is the trial call of a breaker. */
    boolean isTrial() {
        return triedBreaker != null || triedModelBreaker != null;
    }

    /** This call is no longer the trial call of a breaker. */
    void releaseTrials() {
        if (triedBreaker != null) {
            triedBreaker.releaseTrial();
            triedBreaker = null;
        }
        if (triedModelBreaker != null) {
            triedModelBreaker.releaseTrial();
            triedModelBreaker = null;
        }
    }

    /** The effect of a failure of this call. */
    FailureEffect effectOf(LlmException failure) {
        return FailureEffect.of(failure, callerOverrides, modelOfCaller);
    }
}
