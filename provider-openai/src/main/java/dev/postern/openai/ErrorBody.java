package dev.postern.openai;

import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of an error body. Servers use a dozen different formats.
 *
 * @param message the server's error message; empty if there is none
 * @param type the server's error type, such as {@code invalid_request_error}
 * @param code the server's error code, such as {@code context_length_exceeded} or {@code 3280}
 * @param status the HTTP status inside the body; 0 if there is none
 * @param filtered whether a content filter refused the request
 */
record ErrorBody(String message, String type, String code, int status, boolean filtered) {
    private static final int MAX_MESSAGE = 1000;

    /** Rare names of the message, used by proxies, MiniMax and Google's gateways. */
    private static final List<String> MESSAGE_NAMES =
            List.of("error_message", "error_msg", "errorMessage", "status_msg", "faultstring", "error_description");

    private static final List<String> CODE_NAMES = List.of("code", "error_code", "errorCode", "status_code");

    /** Reads a body. The text of a body that is not JSON becomes the message, unless it is a web page. */
    static ErrorBody of(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).trim();
        try {
            return of(Json.lenient(unquoted(text).getBytes(StandardCharsets.UTF_8)));
        } catch (JsonException e) {
            String message = text.startsWith("<") ? "" : text;
            return new ErrorBody(shortened(message), "", "", 0, false);
        }
    }

    /** TGI on Gaudi sends a Python bytes literal: {@code b'{"error": …}'}. */
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

    /** Reads the object with message, type and code, and the object around it. */
    private static ErrorBody ofObject(JsonObject error, JsonObject outer) {
        String message = first(
                sentence(error.get("message")),
                sentence(error.get("error")),
                sentence(error.get("detail")),
                sentence(outer.get("message")),
                sentence(error.get("msg")),
                first(MESSAGE_NAMES, error),
                sentence(error.get("errors")));
        String more = first(upstreamError(error.object("metadata").get("raw")), error.text("failed_generation"));
        JsonObject inner = error.object("innererror"); // Azure
        String code = first(first(CODE_NAMES, error), inner.text("code"), outer.text("code"), outer.text("error_code"));
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

    /** The error of the server behind OpenRouter: a sentence, a JSON string with an error, or an object. */
    private static String upstreamError(@Nullable Object raw) {
        if (raw instanceof Map<?, ?> || raw instanceof List<?>) {
            return first(of(raw).message(), Json.text(raw));
        }
        return raw instanceof String text ? unwrapped(text) : "";
    }

    /** Some proxies put the whole error of the server behind them, as JSON, into the message. */
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

    /** The error type. MiniMax sends none, but its codes need one to be distinguished from those of other vendors. */
    private static String type(JsonObject error, JsonObject outer) {
        String type = error.text("type");
        return first(
                type.equals("error") ? "" : type, // the type of the envelope, not of the error
                error.text("error_type"),
                outer.text("error_type"),
                error.text("status"),
                error.has("status_msg") ? VendorErrorCodes.MINIMAX : "");
    }

    /** Reads a text, FastAPI's list of {@code {"loc": […], "msg": "…"}}, or Mistral's object with such a list. */
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

    /** An error inside an answer with status 200 may contain the status that the server could no longer send. */
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

    /** Whether the error has no content. */
    boolean isEmpty() {
        return message.isEmpty() && type.isEmpty() && code.isEmpty() && status == 0;
    }

    /** Whether the message is a text, and not the JSON of an object in a field of this name. */
    boolean isSentence() {
        return !message.isEmpty() && !message.startsWith("{");
    }

    /** The message, type and code as one text, to search in it. */
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
