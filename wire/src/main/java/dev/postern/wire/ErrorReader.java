package dev.postern.wire;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a failure that a gateway reports. If {@link ErrorWriter} wrote it, its kind, message, code and retry advice are kept;
 * an error of the Python gateway, a proxy or another server is classified by its status. {@link LlmException#backend()} is
 * empty, because the caller knows the gateway by another name.
 */
public final class ErrorReader {
    private static final int MAX_MESSAGE = 1000;
    private static final double MAX_WAIT = Duration.ofDays(365).toSeconds();

    private ErrorReader() {}

    /**
     * Reads the failure of an answer with an error status.
     *
     * @param status the HTTP status
     * @param body the body, of any content
     * @param retryAfter the {@code Retry-After} header, or null; a delay in the body takes precedence, because it is more
     *     precise
     */
    public static LlmException read(int status, byte[] body, @Nullable Duration retryAfter) {
        Object value = parse(body);
        JsonObject outer = JsonObject.of(value);
        if (status >= 300 && status < 400 && status != 304) {
            return LlmException.builder(
                            Kind.CONFIGURATION,
                            "The gateway redirects (" + status + ") to another address. Redirects are not followed,"
                                    + " because they would pass on the keys; correct base_url.")
                    .status(status)
                    .build();
        }
        JsonObject error = outer.object("error");
        if (error.has("kind")) {
            return ownFormat(error, outer.text("detail"), status, retryAfter);
        }
        String message = shortened(findMessage(value, outer));
        return LlmException.builder(kind(status), "The gateway answered " + status + withFullStop(message))
                .status(status)
                .serverMessage(message)
                .requestId(error.text("request_id"))
                .retryAfter(retryAfter)
                .build();
    }

    /** Reads the failure of an {@code error} event. */
    static LlmException ofEvent(byte[] event) {
        JsonObject error = Json.object(event);
        return ownFormat(error, error.text("detail"), 0, null);
    }

    private static LlmException ownFormat(JsonObject error, String detail, int status, @Nullable Duration retryAfter) {
        int reported = (int) error.integer("status", 0);
        int known = reported >= 100 && reported < 600 ? reported : status;
        Kind kind = kind(error.text("kind"), known);
        String message = shortened(error.text("message").isEmpty() ? detail : error.text("message"));
        Duration wait = wait(error);
        return LlmException.builder(kind, message.isEmpty() ? "The gateway failed and gave no reason." : message)
                .retryable(error.get("retryable") instanceof Boolean flag ? flag : kind.retryable())
                .status(known)
                .model(error.text("model"))
                .code(error.text("code"))
                .serverMessage(message)
                .requestId(error.text("request_id"))
                .retryAfter(wait == null ? retryAfter : wait)
                .build();
    }

    private static @Nullable Duration wait(JsonObject error) {
        if (!(error.get("retry_after") instanceof Number number)) {
            return null;
        }
        double seconds = number.doubleValue();
        return seconds >= 0 && seconds <= MAX_WAIT ? Duration.ofNanos(Math.round(seconds * 1e9)) : null;
    }

    private static Kind kind(String name, int status) {
        for (Kind kind : Kind.values()) {
            if (ErrorWriter.name(kind).equals(name.toLowerCase(Locale.ROOT))) {
                return kind;
            }
        }
        return status == 0 ? Kind.SERVER : kind(status);
    }

    private static Kind kind(int status) {
        return switch (status) {
            case 401 -> Kind.AUTHENTICATION;
            case 402 -> Kind.QUOTA;
            case 403 -> Kind.PERMISSION;
            case 404, 405, 410 -> Kind.NOT_FOUND;
            case 408 -> Kind.TIMEOUT;
            case 429 -> Kind.RATE_LIMITED;
            case 503, 529 -> Kind.OVERLOADED;
            default -> status >= 500 ? Kind.SERVER : status >= 400 ? Kind.INVALID_REQUEST : Kind.PROTOCOL;
        };
    }

    private static @Nullable Object parse(byte[] body) {
        try {
            return Json.lenient(body);
        } catch (JsonException e) {
            String text = new String(body, StandardCharsets.UTF_8).trim();
            return text.startsWith("<") ? null : text; // the text of a web page is not useful in an error
        }
    }

    /** Finds the server's message; if an object has none, returns the whole object. */
    private static String findMessage(@Nullable Object value, JsonObject outer) {
        if (value instanceof String text) {
            return text;
        }
        for (String field : List.of("detail", "error", "message")) {
            String sentence = sentence(outer.get(field));
            if (!sentence.isEmpty()) {
                return sentence;
            }
        }
        return outer.isEmpty() ? "" : Json.text(value);
    }

    private static String sentence(@Nullable Object value) {
        if (value instanceof List<?> problems) {
            return String.join("; ", problems.stream().map(ErrorReader::problem).toList());
        }
        return value instanceof String text ? text : JsonObject.of(value).text("message");
    }

    /** Reads {@code {"loc": ["body", "messages"], "msg": "Field required"}}, the Python gateway's form for invalid input. */
    private static String problem(@Nullable Object value) {
        JsonObject problem = JsonObject.of(value);
        if (!problem.has("msg")) {
            return value instanceof String text ? text : Json.text(value);
        }
        StringBuilder path = new StringBuilder();
        if (problem.get("loc") instanceof List<?> steps) {
            for (Object step : steps) {
                boolean index = step instanceof Number;
                boolean body = path.length() == 0 && "body".equals(step);
                if (!body) {
                    path.append(index ? "[" + step + "]" : (path.length() == 0 ? "" : ".") + step);
                }
            }
        }
        return path.length() == 0 ? problem.text("msg") : path + ": " + problem.text("msg");
    }

    private static String withFullStop(String message) {
        if (message.isEmpty()) {
            return ".";
        }
        return ": " + message + (".!?…".indexOf(message.charAt(message.length() - 1)) >= 0 ? "" : ".");
    }

    private static String shortened(String text) {
        return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "…";
    }
}
