package dev.postern.server.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.server.access.AccessException;
import java.util.Map;

/** An error answer that does not come from a backend, such as an unknown path or a body that is too large. */
public final class HttpFailure extends RuntimeException {
    private final int status;
    private final LlmException failure;
    private final Map<String, String> headers;

    private HttpFailure(int status, LlmException failure, Map<String, String> headers) {
        super(failure.getMessage(), failure, false, false); // no stack trace, because the client made the error
        this.status = status;
        this.failure = failure;
        this.headers = headers;
    }

    /** An invalid request. The sentence must not contain unchecked texts of the client. */
    public static HttpFailure of(int status, String sentence) {
        return of(status, Kind.INVALID_REQUEST, sentence, Map.of());
    }

    /** A failure of the server, with another status than that of its kind. */
    public static HttpFailure failed(int status, LlmException failure) {
        return new HttpFailure(status, failure, Map.of());
    }

    /** A request without the right to be handled. */
    public static HttpFailure of(AccessException refused) {
        return new HttpFailure(refused.status(), refused.failure(), refused.headers());
    }

    public static HttpFailure notFound() {
        return of(404, Kind.NOT_FOUND, "Not Found", Map.of());
    }

    public static HttpFailure wrongMethod(String allowed) {
        return of(405, Kind.INVALID_REQUEST, "Method Not Allowed", Map.of("Allow", allowed));
    }

    /** A request that a page of another site may have sent. */
    public static HttpFailure ofOtherSite(String sentence) {
        return of(403, Kind.PERMISSION, sentence, Map.of());
    }

    public static HttpFailure tooLarge(long limit) {
        return closing(413, "The body is larger than " + limit + " bytes; send less.");
    }

    public static HttpFailure stopping() {
        return of(
                503,
                Kind.OVERLOADED,
                "The gateway is shutting down; send the request again.",
                Map.of("Connection", "close"));
    }

    /** The failure for an answer that is cut off because the server stops. */
    public static LlmException cutOff() {
        return new LlmException(
                Kind.INCOMPLETE_STREAM,
                "The gateway shut down before the answer was complete; the answer is incomplete.");
    }

    public static HttpFailure full() {
        return of(
                503,
                Kind.OVERLOADED,
                "The gateway has reached its limit of requests; send the request again.",
                Map.of("Retry-After", "1"));
    }

    /** The limit of requests of one address is reached. */
    public static HttpFailure tooManyOfClient(int most) {
        return of(
                429,
                Kind.RATE_LIMITED,
                "This address has reached its limit of " + most + (most == 1 ? " request" : " requests")
                        + " at the same time; send the request again when one has ended.",
                Map.of("Retry-After", "1"));
    }

    /** The memory limit of bodies is reached. The connection closes, because a part of the body may be unread. */
    public static HttpFailure noMemory() {
        return of(
                503,
                Kind.OVERLOADED,
                "The gateway has reached its memory limit for request bodies; send the request again.",
                Map.of("Retry-After", "1", "Connection", "close"));
    }

    /** A failure after which the connection closes, because the beginning of the next request is unknown. */
    public static HttpFailure closing(int status, String sentence) {
        return of(status, Kind.INVALID_REQUEST, sentence, Map.of("Connection", "close"));
    }

    private static HttpFailure of(int status, Kind kind, String sentence, Map<String, String> headers) {
        return new HttpFailure(status, new LlmException(kind, sentence), headers);
    }

    int status() {
        return status;
    }

    /** The failure for the body of the answer. */
    LlmException failure() {
        return failure;
    }

    /** Additional headers of the answer. */
    Map<String, String> headers() {
        return headers;
    }
}
