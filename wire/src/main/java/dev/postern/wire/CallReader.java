package dev.postern.wire;

import dev.postern.ProviderData;
import dev.postern.ToolCall;
import java.util.function.Supplier;

/** A tool call, in the gateway's form, OpenAI's or Bedrock's. */
final class CallReader {
    private CallReader() {}

    /** A call that must have an id. */
    static ToolCall read(Fields call) {
        return read(call, () -> "");
    }

    /** A call; one without an id gets this one. */
    static ToolCall read(Fields call, Supplier<String> absentId) {
        String id = call.firstText("id", "toolUseId");
        String known = id.isEmpty() ? absentId.get() : id;
        if (call.has("function")) {
            Fields function = call.object("function");
            return read(call, known, function, "arguments");
        }
        return read(call, known, call, call.has("input") || !call.has("arguments") ? "input" : "arguments");
    }

    private static ToolCall read(Fields call, String id, Fields named, String input) {
        Arguments arguments = Arguments.of(named.get(input));
        if (arguments == null) {
            throw named.wrong(input, "must be an object, or a string that holds one");
        }
        String name = named.text("name");
        boolean malformed = arguments.malformed() || call.isTrue("malformed");
        ProviderData data = providerData(call);
        return Fields.at(call.path(), "tool_calls", () -> new ToolCall(id, name, arguments.input(), malformed, data));
    }

    /** What a backend wants back, with the backend that it came from. */
    static ProviderData providerData(Fields part) {
        if (!part.has("provider_data")) {
            return ProviderData.NONE;
        }
        Fields data = part.object("provider_data");
        return new ProviderData(data.text("origin"), data.map("values"));
    }
}
