package dev.postern.server.door.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.server.http.ErrorFormat;
import dev.postern.wire.ErrorWriter;
import dev.postern.wire.EventWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Errors in OpenAI's form. Its clients send a request again after 408, 409, 429 and every status from 500 on, so an answer that must
 * not be sent again has {@code x-should-retry: false}; only a 429 about a rate and a 503 may be.
 */
public final class OpenAiErrors implements ErrorFormat {
    /** The path of a field at the beginning of a sentence. */
    private static final Pattern PARAM = Pattern.compile("([a-z_]+(?:[.\\[][a-zA-Z0-9_.\\]]*)?): .*", Pattern.DOTALL);

    @Override
    public Written write(int status, LlmException failure, Map<String, String> headers, String requestId) {
        int own = ownStatus(status);
        Map<String, String> all = new LinkedHashMap<>(headers);
        if ((own != 429 && own != 503) || failure.kind() == Kind.QUOTA) {
            all.put("x-should-retry", "false");
        }
        return new Written(own, Json.bytes(out -> out.object(it -> error(it, own, failure))), all);
    }

    /** The data of the event that ends a stream. */
    static byte[] event(int status, LlmException failure) {
        return EventWriter.line(Json.bytes(out -> out.object(it -> error(it, ownStatus(status), failure))));
    }

    private static void error(JsonWriter json, int status, LlmException failure) {
        String message = ErrorWriter.detail(failure);
        Matcher param = PARAM.matcher(message);
        json.object("error", error -> {
            error.field("message", message).field("type", type(status, failure));
            if (status == 400 && param.matches()) {
                error.field("param", param.group(1));
            } else {
                error.nullField("param");
            }
            String code = code(status, failure);
            if (code.isEmpty()) {
                error.nullField("code");
            } else {
                error.field("code", code);
            }
        });
    }

    private static int ownStatus(int status) {
        return switch (status) {
            case 422 -> 400;
            case 402 -> 429; // insufficient_quota
            default -> status;
        };
    }

    private static String type(int status, LlmException failure) {
        if (failure.kind() == Kind.QUOTA) {
            return "insufficient_quota";
        }
        return switch (status) {
            case 429 -> "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }

    private static String code(int status, LlmException failure) {
        return switch (failure.kind()) {
            case CONTEXT_LENGTH -> "context_length_exceeded";
            case CONTENT_FILTER -> "content_filter";
            case QUOTA -> "insufficient_quota";
            default ->
                switch (status) {
                    case 401 -> "invalid_api_key";
                    case 403 -> "permission_denied";
                    case 404 -> "model_not_found";
                    case 429 -> "rate_limit_exceeded";
                    default -> "";
                };
        };
    }
}
