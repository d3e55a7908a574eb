package dev.postern.openai;

import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an error says, in whichever of a dozen shapes its server says it.
 *
 * @param message the server's sentence; empty if there is none
 * @param type the server's class of error, such as {@code invalid_request_error}
 * @param code the server's code, such as {@code context_length_exceeded} or {@code 3280}
 * @param status the HTTP status that the body itself names; 0 for none
 * @param filtered whether a content filter refused the request
 */
record ErrorBody(String message, String type, String code, int status, boolean filtered) {
    private static final int MAX_MESSAGE = 1000;

    /** Less usual names: of proxies, of MiniMax and of Google's gateways. */
    private static final List<String> NAMES_OF_MESSAGES =
            List.of("error_message", "error_msg", "errorMessage", "status_msg", "faultstring", "error_description");

    private static final List<String> NAMES_OF_CODES = List.of("code", "error_code", "errorCode", "status_code");

    /** Reads a body. What is no JSON is its own message, unless it is a web page. */
    static ErrorBody of(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).trim();
        try {
            return of(Json.lenient(unquoted(text).getBytes(StandardCharsets.UTF_8)));
        } catch (JsonException e) {
            String message = text.startsWith("<") ? "" : text;
            return new ErrorBody(shortened(message), "", "", 0, false);
        }
    }

    /** TGI on Gaudi sends the repr of a Python bytes object: {@code b'{"error": …}'}. */
    private static String unquoted(String text) {
        return text.startsWith("b'") && text.endsWith("'") ? text.substring(2, text.length() - 1) : text;
    }

    private static ErrorBody of(@Nullable Object value) {
        if (value instanceof List<?> list) { // Gemini
            return list.isEmpty() ? of((Object) null) : of(list.get(0));
        }
        if (value instanceof String text) {
            return new ErrorBody(shortened(text), "", "", 0, false);
        }
        JsonObject outer = JsonObject.of(value);
        if (outer.get("error") instanceof Map<?, ?>) {
            return ofObject(outer.object("error"), outer);
        }
        if (outer.object("detail").has("error")) { // LiteLLM in FastAPI
            return of(outer.get("detail"));
        }
        if (outer.object("base_resp").integer("status_code", 0) != 0) {
            return ofObject(outer.object("base_resp"), outer);
        }
        return ofObject(outer, outer);
    }

    /** The object that holds message, type and code, and the one around it. */
    private static ErrorBody ofObject(JsonObject error, JsonObject outer) {
        String message = first(
                sentence(error.get("message")),
                sentence(error.get("error")),
                sentence(error.get("detail")),
                sentence(outer.get("message")),
                sentence(error.get("msg")),
                first(NAMES_OF_MESSAGES, error),
                sentence(error.get("errors")));
        String more = first(behind(error.object("metadata").get("raw")), error.text("failed_generation"));
        JsonObject inner = error.object("innererror"); // Azure
        String code =
                first(first(NAMES_OF_CODES, error), inner.text("code"), outer.text("code"), outer.text("error_code"));
        boolean filtered = inner.has("content_filter_result")
                || code.equals("content_filter")
                || code.equals("content_policy_violation")
                || inner.text("code").equals("ResponsibleAIPolicyViolation")
                || error.object("metadata").has("flagged_input"); // OpenRouter
        return new ErrorBody(
                shortened(more.isEmpty() || message.contains(more) ? message : message + " (" + more + ")"),
                type(error, outer),
                code,
                status(error),
                filtered);
    }

    /** What the server behind OpenRouter said: a sentence, an error as JSON in a string, or an object. */
    private static String behind(@Nullable Object raw) {
        if (raw instanceof Map<?, ?> || raw instanceof List<?>) {
            return first(of(raw).message(), Json.text(raw));
        }
        return raw instanceof String text ? unwrapped(text) : "";
    }

    /** Proxies put the whole error of the server behind them, as JSON, where a sentence should stand. */
    private static String unwrapped(String text) {
        if (!text.startsWith("{") && !text.startsWith("[")) {
            return text;
        }
        try {
            Object value = Json.parse(text.trim());
            boolean isError = value instanceof Map || (value instanceof List<?> list && holdsError(list));
            return isError ? first(of(value).message(), text) : text;
        } catch (JsonException e) {
            return text;
        }
    }

    private static boolean holdsError(List<?> list) {
        return !list.isEmpty() && JsonObject.of(list.get(0)).has("error");
    }

    /** The class of the error; MiniMax has none, but its codes are unlike all others. */
    private static String type(JsonObject error, JsonObject outer) {
        String type = error.text("type");
        return first(
                type.equals("error") ? "" : type, // an envelope that says what it is
                error.text("error_type"),
                outer.text("error_type"),
                error.text("status"),
                error.has("status_msg") ? VendorErrorCodes.MINIMAX : "");
    }

    /** A text; FastAPI's list of {@code {"loc": […], "msg": "…"}}; Mistral's object that holds such a list. */
    private static String sentence(@Nullable Object value) {
        if (value instanceof String text) {
            return unwrapped(text);
        }
        if (value instanceof List<?> list) {
            return String.join("; ", list.stream().map(ErrorBody::problem).toList());
        }
        return value instanceof Map<?, ?> map && !map.isEmpty()
                ? first(sentence(map.get("detail")), Json.text(value))
                : "";
    }

    private static String problem(@Nullable Object value) {
        JsonObject problem = JsonObject.of(value);
        if (!problem.has("msg")) {
            return value instanceof String text ? text : first(problem.text("message"), Json.text(value)); // Cloudflare
        }
        String where = problem.get("loc") instanceof List<?> path
                ? String.join(".", path.stream().map(String::valueOf).toList())
                : "";
        return where.isEmpty() ? problem.text("msg") : where + ": " + problem.text("msg");
    }

    /** Servers that fail in the middle of a 200 may name the status that they would have sent. */
    private static int status(JsonObject error) {
        for (String field : List.of("status_code", "code", "status", "error_code", "statusCode", "http_code")) {
            long number = number(error.text(field));
            if (number >= 400 && number < 600) {
                return (int) number;
            }
        }
        return 0;
    }

    private static long number(String text) {
        return text.matches("\\d{3}") ? Long.parseLong(text) : 0;
    }

    /** Whether nothing is said at all. */
    boolean isEmpty() {
        return message.isEmpty() && type.isEmpty() && code.isEmpty() && status == 0;
    }

    /** Whether the message is words, and not the JSON of an object that happens to have the name of a message. */
    boolean isSentence() {
        return !message.isEmpty() && !message.startsWith("{");
    }

    /** All that is said, for those who look for a word in it. */
    String all() {
        return message + " " + type + " " + code;
    }

    private static String first(List<String> names, JsonObject fields) {
        return first(names.stream().map(fields::text).toArray(String[]::new));
    }

    private static String first(String... candidates) {
        for (String candidate : candidates) {
            if (!candidate.isEmpty()) {
                return candidate;
            }
        }
        return "";
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…";
    }
}
