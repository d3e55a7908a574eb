package dev.postern.server.door.anthropic;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.server.http.ErrorFormat;
import dev.postern.wire.ErrorWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Errors in Anthropic's form. Its clients send a request again after 408, 409, 429 and every status from 500 on, so an answer that
 * must not be sent again has {@code x-should-retry: false}; only 429 and 529 may be.
 */
public final class AnthropicErrors implements ErrorFormat {
    private static final int OVERLOADED = 529;
    /** The text by which clients notice that they must shorten the conversation. */
    private static final String TOO_LONG = "prompt is too long";

    @Override
    public Written write(int status, LlmException failure, Map<String, String> headers, String requestId) {
        int own = ownStatus(status);
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (own != 429 && own != OVERLOADED) {
            all.put("x-should-retry", "false");
        }
        all.put("request-id", requestId);
        byte[] json =
                Json.bytes(out -> out.object(it -> fields(it.field("type", "error"), type(own), failure, requestId)));
        return new Written(own, json, all);
    }

    /** The event that ends a stream, as a whole frame. */
    static byte[] event(int status, LlmException failure, String requestId) {
        return EventFrames.of("error", it -> fields(it, type(ownStatus(status)), failure, requestId));
    }

    private static void fields(JsonWriter json, String type, LlmException failure, String requestId) {
        String detail = ErrorWriter.detail(failure);
        String message =
                failure.kind() == Kind.CONTEXT_LENGTH && !detail.contains(TOO_LONG) ? TOO_LONG + ": " + detail : detail;
        json.object("error", error -> error.field("type", type).field("message", message))
                .field("request_id", requestId);
    }

    private static int ownStatus(int status) {
        return switch (status) {
            case 422 -> 400;
            case 503 -> OVERLOADED;
            default -> status;
        };
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case OVERLOADED -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }
}
