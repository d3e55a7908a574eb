package dev.postern.server.door.openai;

import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.server.door.Origin;

/** Writes whole tool calls. */
final class ToolCallWriter {
    private ToolCallWriter() {}

    /** The fields of a call. */
    static void call(JsonWriter json, ToolCall call, String backend) {
        json.field("id", call.id()).field("type", "function").object("function", function -> function(function, call));
        if (!call.providerData().isEmpty()) {
            json.field(Reasoning.PACKED, Origin.pack(backend, call));
        }
    }

    /** The fields of its function. */
    static void function(JsonWriter json, ToolCall call) {
        json.field("name", call.name()).field("arguments", arguments(call));
    }

    /** The arguments as text; those of a call that was cut off as they came. */
    static String arguments(ToolCall call) {
        return call.malformedInput() ? String.valueOf(call.input().get(ToolCall.RAW)) : Json.text(call.input());
    }
}
