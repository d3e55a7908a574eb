package dev.postern.wire;

import dev.postern.ProviderData;
import dev.postern.ToolCall;
import java.util.function.Supplier;

/** Reads a tool call in the form of the gateway, OpenAI or Bedrock. */
final class CallReader {
    private CallReader() {}

    /** Reads a call that must have an id. */
    static ToolCall read(Fields call) {
        return read(call, () -> "");
    }

    /** Reads a call. A missing id is replaced by this one. */
    static ToolCall read(Fields call, Supplier<String> newId) {
        String id = call.firstText("id", "toolUseId");
        String known = id.isEmpty() ? newId.get() : id;
        if (call.has("function")) {
            Fields function = call.object("function");
            return read(call, known, function, "arguments");
        }
        return read(call, known, call, call.has("input") || !call.has("arguments") ? "input" : "arguments");
    }

    private static ToolCall read(Fields call, String id, Fields named, String input) {
        ArgumentsText arguments = ArgumentsText.of(named.get(input));
        if (arguments == null) {
            throw named.wrong(input, "must be an object, or a string that contains one");
        }
        String name = named.text("name");
        boolean malformed = arguments.malformed() || call.isTrue("malformed");
        ProviderData data = providerData(call);
        return Fields.at(call.path(), "tool_calls", () -> new ToolCall(id, name, arguments.input(), malformed, data));
    }

    /** Reads the data that a backend needs back, with the backend that it came from. */
    static ProviderData providerData(Fields part) {
        if (!part.has("provider_data")) {
            return ProviderData.NONE;
        }
        Fields data = part.object("provider_data");
        return new ProviderData(data.text("origin"), data.map("values"));
    }
}
