package dev.postern.openai;

import dev.postern.json.JsonReader;
import dev.postern.openai.Delta.Shape;
import org.jspecify.annotations.Nullable;

/** Reads {@code tool_calls}, and their older forms, as fragments of tool calls. */
final class ToolCallReader {
    private ToolCallReader() {}

    /** Reads an array of calls; TGI before 2.4 sends a single object. */
    static void read(JsonReader json, Delta delta) {
        if (json.isObject()) {
            toolCall(json, delta);
        } else if (json.beginArray()) {
            while (json.nextElement()) {
                toolCall(json, delta);
            }
        }
    }

    /** {@code {"index": 0, "id": "…", "function": {"name": "…", "arguments": "…"}, "extra_content": {…}}} */
    private static void toolCall(JsonReader json, Delta delta) {
        if (!json.beginObject()) {
            return;
        }
        ToolFragment call = delta.addCall();
        while (json.nextField()) {
            switch (json.name()) {
                case "index" -> call.index = json.integer(call.index);
                case "id" -> call.id = json.text();
                case "function" -> function(json, call);
                case "custom" -> custom(json, call);
                case "type" -> call.custom |= json.is(CustomInput.CUSTOM);
                case MessageExtras.EXTRA_CONTENT -> {
                    delta.addShape(Shape.OTHER);
                    call.extraContent = json.value();
                }
                default -> json.skip();
            }
        }
        delta.addShape(Shape.ARGUMENTS);
    }

    /** {@code {"name": "…", "input": "…"}}; Snowflake sends it with empty strings next to each function. */
    private static void custom(JsonReader json, ToolFragment call) {
        if (json.beginObject()) {
            while (json.nextField()) {
                String value = switch (json.name()) {
                    case "name", CustomInput.INPUT -> json.varying();
                    default -> {
                        json.skip();
                        yield "";
                    }
                };
                if (!value.isEmpty()) {
                    call.custom = true;
                    if (json.name().equals("name")) {
                        call.name = value;
                    } else {
                        call.arguments = value;
                    }
                }
            }
        }
    }

    /**
     * Reads {@code function_call}, the form before {@code tool_calls}: one call without an id. A message may have both
     * forms.
     */
    static @Nullable ToolFragment legacy(JsonReader json, Delta delta, boolean whole) {
        if (!json.isObject()) {
            json.skip();
            return null;
        }
        ToolFragment call = whole ? new ToolFragment() : delta.addCall();
        call.index = 0;
        function(json, call);
        delta.addShape(Shape.ARGUMENTS);
        return whole ? call : null;
    }

    private static void function(JsonReader json, ToolFragment call) {
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "name" -> call.name = json.text();
                    case "arguments" ->
                        call.arguments = json.isObject() || json.isArray() ? json.source() : json.varying();
                    case "index" -> call.index = json.integer(call.index); // older Ollama
                    default -> json.skip();
                }
            }
        }
    }
}
