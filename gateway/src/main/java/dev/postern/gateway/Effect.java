package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.net.ProtocolException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What a failure means for its backend's cool-down, and whether another backend may be asked. */
enum Effect {
    /** It says nothing about the backend. */
    NONE,
    /** The backend is there, and refused this request for a reason. */
    ANSWERED,
    /** It counts as one of several failures in a row. */
    COUNTS,
    /** The backend's own key or account was refused: no further call can succeed. */
    OPENS,
    /** It counts as one of several failures of this model in a row. */
    COUNTS_FOR_MODEL,
    /** The backend's own key may not use this model, which the caller chose. */
    OPENS_FOR_MODEL;

    /** After these kinds another backend may help, whether or not a retry of the same one would. */
    static final Set<Kind> ELSEWHERE = Collections.unmodifiableSet(EnumSet.of(
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

    /** The failures of a key or of its account. */
    private static final Set<Kind> OF_KEY =
            Collections.unmodifiableSet(EnumSet.of(Kind.QUOTA, Kind.AUTHENTICATION, Kind.PERMISSION));

    static boolean isOfKey(Kind kind) {
        return OF_KEY.contains(kind);
    }

    /** Whether the failure may be another one with another key. */
    static boolean dependsOnKey(Kind kind) {
        return isOfKey(kind) || kind == Kind.RATE_LIMITED;
    }

    /**
     * Whether another backend may be asked after this failure, if its kind leads to one. A failure with an answer was paid
     * for; a request that was refused here would be refused again; a caller whose own key is refused must not use the
     * operator's instead.
     */
    static boolean allowsOthers(LlmException failure, Caller caller) {
        return !failure.refusedBeforeSending()
                && failure.answer().isEmpty()
                && failure.kind() != Kind.CANCELLED
                && !isDefect(failure)
                && !(caller.ownKey() && isOfKey(failure.kind()));
    }

    /**
     * The effect of a failure on the cool-down.
     *
     * @param ofCaller whether the caller named the model, so that it need not be one that the backend should have
     */
    static Effect of(LlmException failure, Caller caller, boolean ofCaller) {
        if (failure.refusedBeforeSending()
                || failure.answer().isPresent()
                || isDefect(failure)
                || isOfCaller(failure, caller)) {
            return NONE;
        }
        return switch (failure.kind()) {
            case RATE_LIMITED, OVERLOADED, SERVER, TIMEOUT, CONNECTION, INCOMPLETE_STREAM -> COUNTS;
            case QUOTA, AUTHENTICATION -> OPENS;
            case PERMISSION -> ofCaller ? OPENS_FOR_MODEL : OPENS;
            case NOT_FOUND -> COUNTS_FOR_MODEL;
            case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER -> ANSWERED;
            case PROTOCOL -> failure.getCause() instanceof ProtocolException ? COUNTS : NONE; // it speaks no HTTP
            case UNSUPPORTED, CONFIGURATION, CANCELLED -> NONE;
        };
    }

    /** Whether it may come from what the caller added to the request. */
    private static boolean isOfCaller(LlmException failure, Caller caller) {
        return switch (failure.kind()) {
            case QUOTA, AUTHENTICATION, PERMISSION, RATE_LIMITED, NOT_FOUND -> caller.ownKey();
            case CONNECTION -> caller.ownPlace();
            case TIMEOUT -> caller.ownTimeouts();
            default -> false;
        };
    }

    /** Whether a provider threw what it should not have thrown; see {@link LlmException#of}. */
    private static boolean isDefect(LlmException failure) {
        return failure.kind() == Kind.SERVER
                && !failure.retryable()
                && failure.status().isEmpty()
                && failure.serverMessage().isEmpty()
                && failure.getCause() != null
                && !(failure.getCause() instanceof LlmException);
    }
}
