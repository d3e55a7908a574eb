package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** After which failures another backend may be asked, and which of them depend on the key. */
final class FallbackRules {
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

    private FallbackRules() {}

    static boolean isOfKey(Kind kind) {
        return OF_KEY.contains(kind);
    }

    /** Whether the outcome may be different with another key. */
    static boolean dependsOnKey(Kind kind) {
        return isOfKey(kind) || kind == Kind.RATE_LIMITED;
    }

    /**
     * Whether a fallback is allowed after this failure, if a list names its kind. It is not allowed after a failure that has
     * an answer, which was paid for; after a request was refused before sending, since the next backend would refuse it too,
     * unless an interceptor refused this backend only; and after the caller's own key was refused, since the caller must not
     * use the operator's key instead.
     */
    static boolean allowsOthers(LlmException failure, CallerOverrides overrides) {
        if (failure.answer().isPresent() || failure.kind() == Kind.CANCELLED) {
            return false;
        }
        if (failure.refusedBeforeSending()) {
            return failure.fallbackAllowed(); // no backend has seen a key
        }
        return !isDefect(failure) && !(overrides.ownKey() && isOfKey(failure.kind()));
    }

    /**
     * Whether the cause is a defect of the provider, which threw an unexpected exception; see {@link
     * LlmException#of}.
     */
    static boolean isDefect(LlmException failure) {
        return failure.kind() == Kind.SERVER
                && !failure.retryable()
                && failure.status().isEmpty()
                && failure.serverMessage().isEmpty()
                && failure.getCause() != null
                && !(failure.getCause() instanceof LlmException);
    }
}
