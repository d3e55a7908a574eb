package dev.postern.wire;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The messages of a request. One of them may become two: tool results are a message of their own, and what stands beside
 * them is not lost. What a user (or whoever) says beside results follows them; what the assistant said comes first, as
 * nobody answers before the question.
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

    private void add(Fields message) {
        Role role = role(message);
        List<Content> results = results(message, role);
        boolean onlyResult = isToolMessageOfOpenAi(message, role);
        List<Content> said = onlyResult ? List.of() : said(message, role);
        if (results.isEmpty()) {
            if (role == Role.TOOL && message.get("content") instanceof String text && !text.isEmpty()) {
                throw message.wrong("tool_results", "a message of role tool needs results with their tool_use_id");
            }
            add(message, role, said);
            return;
        }
        if (role == Role.ASSISTANT && !said.isEmpty()) {
            add(message, role, said);
        }
        add(message, Role.TOOL, results);
        if (role != Role.ASSISTANT && !said.isEmpty()) {
            boolean instructs = role == Role.SYSTEM || role == Role.DEVELOPER;
            add(message, instructs ? role : Role.USER, said);
        }
    }

    private void add(Fields message, Role role, List<Content> content) {
        String name = message.text("name");
        messages.add(Fields.at(message.path("content"), "content", () -> new Message(role, content, name)));
    }

    private static Role role(Fields message) {
        String word = message.text("role");
        return switch (word) {
            case "", "user" -> Role.USER;
            case "system" -> Role.SYSTEM;
            case "developer" -> Role.DEVELOPER;
            case "assistant" -> Role.ASSISTANT;
            case "tool" -> Role.TOOL;
            default ->
                throw message.wrong(
                        "role", "'" + word + "' is not known; use system, developer, user, assistant or tool");
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

    private static List<Content> said(Fields message, Role role) {
        if (message.has("function_call")) {
            throw message.wrong("function_call", "is not known; use tool_calls");
        }
        List<Fields> calls = message.objects("tool_calls");
        if (role != Role.ASSISTANT) {
            if (!calls.isEmpty()) {
                throw message.wrong("tool_calls", "belong in a message of the assistant, not of role " + role.wire());
            }
            return PartReader.list(message, "content");
        }
        if (message.has("parts")) { // an answer that is handed back as it came
            return PartReader.list(message, "parts");
        }
        List<Content> parts = new ArrayList<>(PartReader.list(message, "content"));
        String reasoning = message.firstText("reasoning", "reasoning_content");
        if (!reasoning.isEmpty() && parts.stream().noneMatch(Content.Reasoning.class::isInstance)) {
            parts.add(0, Content.Reasoning.of(reasoning));
        }
        Set<String> known = new HashSet<>(); // some clients say the same call twice, as a part and as a call
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
