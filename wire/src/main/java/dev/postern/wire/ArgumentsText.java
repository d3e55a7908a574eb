package dev.postern.wire;

import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a tool call: a JSON object, or the text of one.
 *
 * @param input the input of the call
 * @param malformed whether the text was not a JSON object
 */
record ArgumentsText(Map<String, @Nullable Object> input, boolean malformed) {

    /** Reads the arguments. A missing value is an empty object; a value that is neither object nor text gives null. */
    static @Nullable ArgumentsText of(@Nullable Object value) {
        if (value == null) {
            return new ArgumentsText(Map.of(), false);
        }
        if (value instanceof Map<?, ?> map) {
            return new ArgumentsText(copy(map), false);
        }
        return value instanceof String text ? ofText(text) : null;
    }

    private static ArgumentsText ofText(String text) {
        if (text.isBlank()) {
            return new ArgumentsText(Map.of(), false);
        }
        try {
            if (Json.parse(text) instanceof Map<?, ?> map) {
                return new ArgumentsText(copy(map), false);
            }
        } catch (JsonException e) {
            // the text is kept as malformed input, below
        }
        return new ArgumentsText(Map.of(ToolCall.RAW, text), true);
    }

    private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }
}
