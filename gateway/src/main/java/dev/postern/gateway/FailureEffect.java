package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.net.ProtocolException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The effect of a failure on the backend's cool-down, and the rules for fallbacks. */
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

    /** The kinds of failure after which another backend may succeed, whether or not a retry would. */
    static final Set<Kind> FALLBACK_KINDS = Collections.unmodifiableSet(EnumSet.of(
            Kind.RATE_LIMITED,
            Kind.OVERLOADED,
            Kind.SERVER,
            Kind.TIMEOUT,
            Kind.CONNECTION,
            Kind.INCOMPLETE_STREAM,
            Kind.QUOTA,
            Kind.AUTHENTICATION,
            Kind.PERMISSION,
            Kind.NOT_FOUND,
            Kind.UNSUPPORTED,
            Kind.PROTOCOL));

    /** Failures of a key or account. */
    private static final Set<Kind> OF_KEY =
            Collections.unmodifiableSet(EnumSet.of(Kind.QUOTA, Kind.AUTHENTICATION, Kind.PERMISSION));

    static boolean isOfKey(Kind kind) {
        return OF_KEY.contains(kind);
    }

    /** Whether the outcome may be different with another key. */
    static boolean dependsOnKey(Kind kind) {
        return isOfKey(kind) || kind == Kind.RATE_LIMITED;
    }

    /**
     * Whether a fallback is allowed after this failure, if a list names its kind. It is not allowed after a failure that has
     * an answer, which was paid for; after a request was refused before sending, since the next backend would refuse it too;
     * and after the caller's own key was refused, since the caller must not use the operator's key instead.
     */
    static boolean allowsOthers(LlmException failure, CallerOverrides overrides) {
        return !failure.refusedBeforeSending()
                && failure.answer().isEmpty()
                && failure.kind() != Kind.CANCELLED
                && !isDefect(failure)
                && !(overrides.ownKey() && isOfKey(failure.kind()));
    }

    /**
     * The effect of a failure on the cool-down.
     *
     * @param modelOfCaller whether the caller chose the model, so that the backend may not have it
     */
    static FailureEffect of(LlmException failure, CallerOverrides overrides, boolean modelOfCaller) {
        if (failure.refusedBeforeSending()
                || failure.answer().isPresent()
                || isDefect(failure)
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

    /**
     * Whether the cause is a defect of the provider, which threw an unexpected exception; see {@link
     * LlmException#of}.
     */
    private static boolean isDefect(LlmException failure) {
        return failure.kind() == Kind.SERVER
                && !failure.retryable()
                && failure.status().isEmpty()
                && failure.serverMessage().isEmpty()
                && failure.getCause() != null
                && !(failure.getCause() instanceof LlmException);
    }
}
