package dev.postern.gateway;

import dev.postern.LlmException;
import java.net.ProtocolException;

/** The effect of a failure on the backend's cool-down. */
enum FailureEffect {
    /** No effect. */
    NONE,
    /** The backend works, and refused this request for a reason in the request. */
    ANSWERED,
    /** Counts as one failure in a row of the backend. */
    COUNTS,
    /** The backend's key or account was refused: opens the circuit breaker at once. */
    OPENS,
    /** Counts as one failure in a row of this model. */
    COUNTS_FOR_MODEL,
    /** The backend's key has no access to this model, which the caller chose: opens the breaker of the model at once. */
    OPENS_FOR_MODEL;

    /**
     * The effect of a failure on the cool-down.
     *
     * @param modelOfCaller whether the caller chose the model, so that the backend may not have it
     */
    static FailureEffect of(LlmException failure, CallerOverrides overrides, boolean modelOfCaller) {
        if (failure.refusedBeforeSending()
                || failure.answer().isPresent()
                || FallbackRules.isDefect(failure)
                || isCausedByOverride(failure, overrides)) {
            return NONE;
        }
        return switch (failure.kind()) {
            case RATE_LIMITED, OVERLOADED, SERVER, TIMEOUT, CONNECTION, INCOMPLETE_STREAM -> COUNTS;
            case QUOTA, AUTHENTICATION -> OPENS;
            case PERMISSION -> modelOfCaller ? OPENS_FOR_MODEL : OPENS;
            case NOT_FOUND -> COUNTS_FOR_MODEL;
            case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER -> ANSWERED;
            case PROTOCOL ->
                failure.getCause() instanceof ProtocolException ? COUNTS : NONE; // the server does not speak HTTP
            case UNSUPPORTED, CONFIGURATION, CANCELLED -> NONE;
        };
    }

    /** Whether an override of the caller can be the cause. */
    private static boolean isCausedByOverride(LlmException failure, CallerOverrides overrides) {
        return switch (failure.kind()) {
            case QUOTA, AUTHENTICATION, PERMISSION, RATE_LIMITED, NOT_FOUND -> overrides.ownKey();
            case CONNECTION -> overrides.ownEndpoint();
            case TIMEOUT -> overrides.ownTimeouts();
            default -> false;
        };
    }
}
