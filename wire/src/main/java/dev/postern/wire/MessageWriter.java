package dev.postern.wire;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.json.JsonWriter;
import java.util.List;

/**
 * Writes messages as the clients of the gateway expect them, with {@code tool_calls} and {@code tool_results} beside the
 * content. If that would change the order of the parts, all parts are in the content.
 */
final class MessageWriter {
    private MessageWriter() {}

    static void write(JsonWriter json, Message message) {
        json.object(it -> {
            fields(it.field("role", message.role().wire()).fieldIfAny("name", message.name()), message);
            CacheMarks.write(it, message.cache());
        });
    }

    private static void fields(JsonWriter json, Message message) {
        List<Content> parts = message.parts();
        if (message.role() == Role.TOOL) {
            if (message.toolResults().size() == parts.size()) {
                json.array("tool_results", message.toolResults(), PartWriter::result);
            } else {
                json.array("content", parts, PartWriter::write);
            }
            return;
        }
        int calls = message.toolCalls().size();
        List<Content> before = parts.subList(0, parts.size() - calls);
        List<Content> after = parts.subList(parts.size() - calls, parts.size());
        if (calls == 0 || !after.stream().allMatch(ToolCall.class::isInstance)) {
            PartWriter.content(json, parts);
        } else {
            PartWriter.content(json, before);
            json.array("tool_calls", message.toolCalls(), PartWriter::call);
        }
    }
}
