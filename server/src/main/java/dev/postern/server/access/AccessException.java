package dev.postern.server.access;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.time.Duration;
import java.util.Map;

/** A request that is refused before it is handled. Its sentence contains nothing of the request. */
public final class AccessException extends RuntimeException {
    /** The code of the failure of a call to a backend or a model that the caller may not use. */
    public static final String NOT_ALLOWED = "not_allowed_for_key";

    private static final String CHALLENGE = "Bearer realm=\"postern\"";

    private final int status;
    private final LlmException failure;
    private final Map<String, String> headers;

    private AccessException(int status, LlmException failure, Map<String, String> headers) {
        super(failure.getMessage(), failure, false, false); // no stack trace, because the client made the error
        this.status = status;
        this.failure = failure;
        this.headers = headers;
    }

    static AccessException noKey() {
        return new AccessException(
                401,
                new LlmException(
                        Kind.AUTHENTICATION,
                        "The request has no key; send a key of this gateway as 'Authorization: Bearer KEY' or as"
                                + " 'x-api-key: KEY'."),
                Map.of("WWW-Authenticate", CHALLENGE));
    }

    /** The same for all reasons, which are nobody's business. */
    static AccessException invalidKey() {
        return new AccessException(
                401,
                new LlmException(
                        Kind.AUTHENTICATION,
                        "The key or token is not valid, or not any more; ask the operator for one."),
                Map.of("WWW-Authenticate", CHALLENGE + ", error=\"invalid_token\""));
    }

    static AccessException notAdmin() {
        return new AccessException(
                403,
                new LlmException(Kind.PERMISSION, "This needs the key of an administrator; ask the operator."),
                Map.of());
    }

    /** A backend that the caller may not use. */
    public static AccessException backend(String name) {
        return new AccessException(
                403,
                LlmException.builder(
                                Kind.PERMISSION,
                                "This key may not use the backend '" + name
                                        + "'; choose another one, or ask the operator.")
                        .code(NOT_ALLOWED)
                        .build(),
                Map.of());
    }

    static AccessException tooMany(String limit, Duration wait) {
        long seconds = Math.max(1, wait.plusNanos(999_999_999).toSeconds());
        return new AccessException(
                429,
                LlmException.builder(
                                Kind.RATE_LIMITED,
                                "The limit of this key, " + limit + ", is reached; send the request again in " + seconds
                                        + " s.")
                        .retryAfter(Duration.ofSeconds(seconds))
                        .build(),
                Map.of("Retry-After", Long.toString(seconds)));
    }

    /** What the check needs is not available, such as the keys of an issuer. */
    static AccessException unavailable(String sentence) {
        return new AccessException(503, new LlmException(Kind.OVERLOADED, sentence), Map.of("Retry-After", "5"));
    }

    /** The status of the answer. */
    public int status() {
        return status;
    }

    /** The failure for the body of the answer. */
    public LlmException failure() {
        return failure;
    }

    /** Additional headers of the answer. */
    public Map<String, String> headers() {
        return headers;
    }
}
