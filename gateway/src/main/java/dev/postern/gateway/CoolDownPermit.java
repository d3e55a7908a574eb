package dev.postern.gateway;

import dev.postern.LlmException;
import org.jspecify.annotations.Nullable;

/**
 * The permission of a {@link CoolDown} for one call. The outcome of the call must be reported to the same cool-down. Only
 * the cool-down uses the fields and {@link #releaseTrials}, and it holds its lock then.
 */
final class CoolDownPermit {
    final String model;
    /** The number of times that the backend's breaker had opened before the call. */
    final int openings;
    /** The same for the model's breaker; 0 if there was none. */
    final int openingsOfModel;
    /** The backend's breaker if this call is its trial call; else null. */
    @Nullable
    CircuitBreaker triedBreaker;
    /** The model's breaker if this call is its trial call; else null. */
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

    /** The settings of the backend that the caller overrides. */
    CallerOverrides callerOverrides() {
        return callerOverrides;
    }

    /** Whether this call is the trial call of a breaker. */
    boolean isTrial() {
        return triedBreaker != null || triedModelBreaker != null;
    }

    /** Lets the breakers choose another trial call, if this call is one. */
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
