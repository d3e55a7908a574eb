package dev.postern.bedrock;

import dev.postern.http.RetryAfter;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An error as the server reports it: AWS in a body or in a frame of a stream, or a proxy in front of AWS.
 *
 * @param type the name of the exception, or a code; may be empty
 * @param message the server's message; may be empty
 * @param originalStatus the status of the model's own server; 0 for none
 * @param retryDelay the delay that the server asks for; null for none
 */
record ServiceError(
        String type,
        String message,
        int originalStatus,
        @Nullable Duration retryDelay) {

    /** An error without a body. */
    static ServiceError of(String type, String message) {
        return new ServiceError(
                name(type), message, 0, RetryAfter.inText(message).orElse(null));
    }

    /**
     * An error with a body, which may be JSON or text.
     *
     * @param named the type from the header; empty for none
     */
    static ServiceError of(String named, byte[] bytes) {
        JsonObject body = Json.object(bytes);
        JsonObject inner = body.object("error");
        String message = first(
                body.text("message"),
                body.text("Message"),
                inner.text("message"),
                body.text("error"),
                body.text("errorMessage"),
                body.text("error_message"),
                body.text("detail"),
                body.text("originalMessage"),
                body.isEmpty() ? plain(bytes) : "");
        String original = body.text("originalMessage");
        String text = message.contains(original) ? message : message + " (" + original + ")";
        String type = first(
                named,
                body.text("__type"),
                body.object("Output").text("__type"), // AWS's front end, for an unknown service
                body.text("code"),
                inner.text("code"),
                inner.text("type"));
        return new ServiceError(name(type), text, (int) body.integer("originalStatusCode", 0), retryDelay(body, text));
    }

    private static @Nullable Duration retryDelay(JsonObject body, String text) {
        String seconds = body.text("retryAfterSeconds");
        return seconds.matches("\\d{1,9}")
                ? Duration.ofSeconds(Long.parseLong(seconds))
                : RetryAfter.inText(text).orElse(null);
    }

    /** This error, with a delay if the server did not ask for one. */
    ServiceError withDefaultDelay(@Nullable Duration delay) {
        return retryDelay == null ? new ServiceError(type, message, originalStatus, delay) : this;
    }

    /** The name in a type such as {@code com.amazon.coral#ThrottlingException:http://…}. */
    private static String name(String text) {
        int colon = text.indexOf(':');
        String head = colon < 0 ? text : text.substring(0, colon);
        return head.substring(head.indexOf('#') + 1).trim();
    }

    /** A body that is plain text; empty for JSON and HTML. */
    private static String plain(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8).trim();
        return text.startsWith("<") || text.startsWith("{") || text.startsWith("[") ? "" : text;
    }

    private static String first(String... candidates) {
        for (String candidate : candidates) {
            if (!candidate.isEmpty()) {
                return candidate;
            }
        }
        return "";
    }
}
