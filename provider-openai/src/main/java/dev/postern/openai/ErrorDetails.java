package dev.postern.openai;

import dev.postern.http.RetryAfter;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The retry delay and the limit that an error names outside its message. Google puts both into {@code details},
 * OpenRouter into {@code metadata}, and some proxies put a whole error of the server behind them, as JSON, into a
 * string.
 */
final class ErrorDetails {
    private static final int MAX_DEPTH = 20;
    private static final int MAX_VALUES = 5000;
    private static final int MAX_TEXT = 4000; // in characters

    private final Instant now;
    private final StringBuilder text = new StringBuilder();
    private final List<Duration> delays = new ArrayList<>();
    private int values;

    private ErrorDetails(Instant now) {
        this.now = now;
    }

    static ErrorDetails of(byte[] body, Instant now) {
        ErrorDetails details = new ErrorDetails(now);
        details.nested(new String(body, StandardCharsets.UTF_8), 0);
        return details;
    }

    /** The longest of the retry delays, because all limits must be met. */
    Optional<Duration> delay() {
        return delays.stream().max(Duration::compareTo);
    }

    /** The names of limits, and the error of the server behind a proxy, in lower case. */
    String text() {
        return text.toString().toLowerCase(Locale.ROOT);
    }

    private void visit(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
            return;
        }
        if (value instanceof List<?> list) {
            list.forEach(element -> visit(element, depth + 1));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> field(String.valueOf(name), field, depth + 1));
        }
    }

    private void field(String name, @Nullable Object value, int depth) {
        switch (name) {
            case "retryDelay" -> googleDelay(value);
            case "headers" -> headers(value);
            case "retry_after", "retryAfter", "retry-after", "retry_after_seconds", "retryAfterSeconds" ->
                addDelay(value, "");
            case "retry_after_ms", "retryAfterMs" -> addDelay(value, "ms");
            case "quotaId", "quota_limit", "limit_source", "limit_type", "rate_limit_type" -> addText(value);
            case "raw" -> {
                addText(value);
                nestedOrBelow(value, depth);
            }
            case "failed_generation" -> {} // text of the model, not of the server
            default -> nestedOrBelow(value, depth);
        }
    }

    private void nestedOrBelow(@Nullable Object value, int depth) {
        if (value instanceof String string) {
            if (string.startsWith("{") || string.startsWith("[")) {
                nested(string, depth + 1);
            }
        } else {
            visit(value, depth);
        }
    }

    private void nested(String json, int depth) {
        try {
            visit(Json.parse(json.trim()), depth);
        } catch (JsonException e) {
            // the text is not JSON
        }
    }

    /** Google: {@code "34.07s"}, or an object with seconds and nanoseconds. */
    private void googleDelay(@Nullable Object value) {
        addDelay(value instanceof Map<?, ?> map ? map.get("seconds") : value, "");
    }

    /** OpenRouter repeats the headers of the server behind it. Their names may be any text. */
    private void headers(@Nullable Object value) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> {
                Object first = field instanceof List<?> list && !list.isEmpty() ? list.get(0) : field;
                String trimmed = String.valueOf(name).trim(); // HttpHeaders refuses empty and repeated names
                if (!trimmed.isEmpty() && (first instanceof String || first instanceof Number)) {
                    headers.put(trimmed, List.of(first.toString()));
                }
            });
        }
        RetryAfter.of(HttpHeaders.of(headers, (name, text) -> true), now).ifPresent(delays::add);
    }

    private void addDelay(@Nullable Object value, String unit) {
        if (value instanceof String || value instanceof Number) {
            RetryAfter.of(value + unit, now).ifPresent(delays::add);
        }
    }

    private void addText(@Nullable Object value) {
        if (value instanceof String string && text.length() < MAX_TEXT) {
            text.append(' ').append(string, 0, Math.min(string.length(), MAX_TEXT));
        }
    }
}
