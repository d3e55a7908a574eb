package dev.postern.bedrock;

import dev.postern.http.RetryAfter;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a server said of a failure: AWS in a body or in an exception of a stream, or something that stands in front of AWS.
 *
 * @param type the exception's name, or a code; may be empty
 * @param message its words; may be empty
 * @param originalStatus the status that the model's own server gave; 0 for none
 * @param pause how long it asks to wait; null if it does not say
 */
record Fault(
        String type,
        String message,
        int originalStatus,
        @Nullable Duration pause) {

    /** An error of which words alone are known. */
    static Fault of(String type, String message) {
        return new Fault(name(type), message, 0, RetryAfter.inText(message).orElse(null));
    }

    /**
     * An error with a body.
     *
     * @param named the type that stands beside the body; empty for none
     */
    static Fault of(String named, byte[] bytes) {
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
        String words = message.contains(original) ? message : message + " (" + original + ")";
        String type = first(
                named,
                body.text("__type"),
                body.object("Output").text("__type"), // AWS's front, of a service that it does not find
                body.text("code"),
                inner.text("code"),
                inner.text("type"));
        return new Fault(name(type), words, (int) body.integer("originalStatusCode", 0), pause(body, words));
    }

    private static @Nullable Duration pause(JsonObject body, String words) {
        String seconds = body.text("retryAfterSeconds");
        return seconds.matches("\\d{1,9}")
                ? Duration.ofSeconds(Long.parseLong(seconds))
                : RetryAfter.inText(words).orElse(null);
    }

    /** The same with this wait, if the server says nothing else. */
    Fault orElse(@Nullable Duration wait) {
        return pause == null ? new Fault(type, message, originalStatus, wait) : this;
    }

    /** Whether the server said nothing that can be understood. */
    boolean isSilent() {
        return type.isEmpty() && message.isEmpty();
    }

    /** {@code com.amazon.coral#ThrottlingException:http://…} is a ThrottlingException. */
    private static String name(String text) {
        int colon = text.indexOf(':');
        String head = colon < 0 ? text : text.substring(0, colon);
        return head.substring(head.indexOf('#') + 1).trim();
    }

    /** What is neither JSON nor a page, but words. */
    private static String plain(byte[] bytes) {
        String words = new String(bytes, StandardCharsets.UTF_8).trim();
        return words.startsWith("<") || words.startsWith("{") || words.startsWith("[") ? "" : words;
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
