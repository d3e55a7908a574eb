package dev.postern.bedrock;

import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tool call in the making. */
final class OpenCall {
    private final String id;
    private final String name;
    private final StringBuilder input = new StringBuilder();

    OpenCall(String id, String name) {
        this.id = id;
        this.name = name;
    }

    StreamEvent append(String fragment) {
        input.append(fragment);
        return new StreamEvent.ToolUseDelta(id, fragment);
    }

    StreamEvent complete() {
        String text = input.toString();
        Map<String, @Nullable Object> parsed = parsed(text);
        return new StreamEvent.ToolUseComplete(
                parsed == null ? ToolCall.malformed(id, name, text) : ToolCall.of(id, name, parsed));
    }

    /** The arguments, or null if they are no object; nothing at all means none. */
    @SuppressWarnings("unchecked") // a parsed JSON object has String keys
    private static @Nullable Map<String, @Nullable Object> parsed(String text) {
        if (text.isBlank()) {
            return Map.of();
        }
        try {
            return Json.parse(text) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : null;
        } catch (JsonException e) {
            return null;
        }
    }
}
