package dev.postern.wire;

import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a tool call: an object, or the text of one.
 *
 * @param input what the call's input is
 * @param malformed whether the text held no object
 */
record Arguments(Map<String, @Nullable Object> input, boolean malformed) {

    /** No object and no text is null; nothing at all is an empty object. */
    static @Nullable Arguments of(@Nullable Object value) {
        if (value == null) {
            return new Arguments(Map.of(), false);
        }
        if (value instanceof Map<?, ?> map) {
            return new Arguments(copy(map), false);
        }
        return value instanceof String text ? ofText(text) : null;
    }

    private static Arguments ofText(String text) {
        if (text.isBlank()) {
            return new Arguments(Map.of(), false);
        }
        try {
            if (Json.parse(text) instanceof Map<?, ?> map) {
                return new Arguments(copy(map), false);
            }
        } catch (JsonException e) {
            // kept as it is, below
        }
        return new Arguments(Map.of(ToolCall.RAW, text), true);
    }

    private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }
}
