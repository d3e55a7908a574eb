package dev.postern.wire;

import dev.postern.CacheMark;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the messages of a request. One of them may become two, because tool results are a separate message: other content of
 * the assistant comes before the results, which answer it; all other content comes after them.
 */
final class MessageReader {
    private final List<Message> messages = new ArrayList<>();

    static List<Message> read(Fields request) {
        if (!(request.get("messages") instanceof List<?> list) || list.isEmpty()) {
            throw request.wrong("messages", "must be a list of at least one message");
        }
        MessageReader reader = new MessageReader();
        request.objects("messages").forEach(reader::add);
        return reader.messages;
    }

    /** Reads one object, which may be two messages. */
    static List<Message> readOne(Fields message) {
        MessageReader reader = new MessageReader();
        reader.add(message);
        return reader.messages;
    }

    private void add(Fields message) {
        Role role = role(message);
        List<Content> results = results(message, role);
        boolean isResult = isToolMessageOfOpenAi(message, role);
        List<Content> parts = isResult ? List.of() : parts(message, role);
        if (results.isEmpty()) {
            if (role == Role.TOOL && message.get("content") instanceof String text && !text.isEmpty()) {
                throw message.wrong("tool_results", "a message of role tool needs results with their tool_use_id");
            }
            add(message, role, parts);
            return;
        }
        if (role == Role.ASSISTANT && !parts.isEmpty()) {
            add(message, role, parts);
        }
        add(message, Role.TOOL, results);
        if (role != Role.ASSISTANT && !parts.isEmpty()) {
            boolean isInstruction = role == Role.SYSTEM || role == Role.DEVELOPER;
            add(message, isInstruction ? role : Role.USER, parts);
        }
    }

    private void add(Fields message, Role role, List<Content> content) {
        String name = message.text("name");
        CacheMark cache = CacheMarks.read(message);
        messages.add(Fields.at(message.path("content"), "content", () -> new Message(role, content, name, cache)));
    }

    private static Role role(Fields message) {
        String name = message.text("role");
        return switch (name) {
            case "", "user" -> Role.USER;
            case "system" -> Role.SYSTEM;
            case "developer" -> Role.DEVELOPER;
            case "assistant" -> Role.ASSISTANT;
            case "tool" -> Role.TOOL;
            default ->
                throw message.wrong(
                        "role", "'" + name + "' is not known; use system, developer, user, assistant or tool");
        };
    }

    private static boolean isToolMessageOfOpenAi(Fields message, Role role) {
        return role == Role.TOOL && (message.has("tool_call_id") || message.has("tool_use_id"));
    }

    private static List<Content> results(Fields message, Role role) {
        List<Content> results = new ArrayList<>();
        message.objects("tool_results").forEach(result -> results.add(ResultReader.read(result)));
        if (message.has("tool_result")) {
            results.add(ResultReader.read(message.object("tool_result")));
        }
        if (isToolMessageOfOpenAi(message, role)) {
            results.add(ResultReader.read(message));
        }
        return results;
    }

    private static List<Content> parts(Fields message, Role role) {
        if (message.has("function_call")) {
            throw message.wrong("function_call", "is not known; use tool_calls");
        }
        List<Fields> calls = message.objects("tool_calls");
        if (role != Role.ASSISTANT) {
            if (!calls.isEmpty()) {
                throw message.wrong(
                        "tool_calls", "are allowed in messages of the assistant only, not of role " + role.wire());
            }
            return PartReader.list(message, "content");
        }
        if (message.has("parts")) { // an answer that a client sends back unchanged
            return PartReader.list(message, "parts");
        }
        List<Content> parts = new ArrayList<>(PartReader.list(message, "content"));
        String reasoning = message.firstText("reasoning", "reasoning_content");
        if (!reasoning.isEmpty() && parts.stream().noneMatch(Content.Reasoning.class::isInstance)) {
            parts.add(0, Content.Reasoning.of(reasoning));
        }
        Set<String> known = new HashSet<>(); // some clients send a call twice, as a part and in tool_calls
        parts.forEach(part -> known.add(part instanceof ToolCall call ? call.id() : ""));
        for (Fields call : calls) {
            ToolCall read = CallReader.read(call);
            if (!known.contains(read.id())) {
                parts.add(read);
            }
        }
        return parts;
    }
}
