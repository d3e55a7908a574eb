package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.Map;

/** An answer that is no success, and in which no backend had a part: an unknown path, a body that is too large. */
final class Refusal extends RuntimeException {
    private final int status;
    private final LlmException failure;
    private final Map<String, String> headers;

    private Refusal(int status, LlmException failure, Map<String, String> headers) {
        super(failure.getMessage(), failure, false, false); // no stack trace: it is the client who erred
        this.status = status;
        this.failure = failure;
        this.headers = headers;
    }

    /** A wrong request, in one sentence; nothing that the client sent may stand in it as it came. */
    static Refusal of(int status, String sentence) {
        return of(status, Kind.INVALID_REQUEST, sentence, Map.of());
    }

    /** What failed on our side, with another status than its kind has. */
    static Refusal failed(int status, LlmException failure) {
        return new Refusal(status, failure, Map.of());
    }

    static Refusal notFound() {
        return of(404, Kind.NOT_FOUND, "Not Found", Map.of());
    }

    static Refusal wrongMethod(String allowed) {
        return of(405, Kind.INVALID_REQUEST, "Method Not Allowed", Map.of("Allow", allowed));
    }

    /** What a page of another site could have sent. */
    static Refusal ofOtherSite(String sentence) {
        return of(403, Kind.PERMISSION, sentence, Map.of());
    }

    static Refusal tooLarge(long limit) {
        return closing(413, "The body is larger than " + limit + " bytes; send less.");
    }

    static Refusal stopping() {
        return of(
                503,
                Kind.OVERLOADED,
                "The gateway is shutting down; send the request again.",
                Map.of("Connection", "close"));
    }

    /** What a client is told of an answer that is cut off because the server stops. */
    static LlmException cutOff() {
        return new LlmException(
                Kind.INCOMPLETE_STREAM, "The gateway shut down before the answer was whole; what came is not all.");
    }

    static Refusal full() {
        return of(
                503,
                Kind.OVERLOADED,
                "The gateway has as many requests as it can take; send the request again.",
                Map.of("Retry-After", "1"));
    }

    /** The connection closes, as a part of the body may be unread. */
    static Refusal noMemory() {
        return of(
                503,
                Kind.OVERLOADED,
                "The gateway holds as much of other requests as it can; send the request again.",
                Map.of("Retry-After", "1", "Connection", "close"));
    }

    /** After it the connection closes, as nobody knows where the next request would begin. */
    static Refusal closing(int status, String sentence) {
        return of(status, Kind.INVALID_REQUEST, sentence, Map.of("Connection", "close"));
    }

    private static Refusal of(int status, Kind kind, String sentence, Map<String, String> headers) {
        return new Refusal(status, new LlmException(kind, sentence), headers);
    }

    int status() {
        return status;
    }

    /** The failure that the body of the answer tells. */
    LlmException failure() {
        return failure;
    }

    /** The headers that belong to it. */
    Map<String, String> headers() {
        return headers;
    }
}
