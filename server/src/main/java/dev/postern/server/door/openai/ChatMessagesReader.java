package dev.postern.server.door.openai;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.server.door.Body;
import dev.postern.server.door.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the messages of a request. Used for one request. */
final class ChatMessagesReader {
    private final Predicate<String> accepted;
    private final Map<String, String> legacyIds = new HashMap<>(); // of the last call of each function
    private int legacyCalls;

    /** {@code accepted} tells whether a backend gets back what it wants with its reasoning and its calls. */
    ChatMessagesReader(Predicate<String> accepted) {
        this.accepted = accepted;
    }

    /** The messages, at least one. */
    List<Message> read(Body body) {
        List<Message> messages = new ArrayList<>();
        List<ToolResult> results = new ArrayList<>(); // that follow each other, for one message
        for (Body each : body.objects("messages")) {
            String role = each.text("role");
            if (role.equals("tool") || role.equals("function")) {
                results.add(result(each, role));
                continue;
            }
            flush(results, messages);
            messages.add(message(each, role));
        }
        flush(results, messages);
        if (messages.isEmpty()) {
            throw body.wrong("messages", "must have at least one message");
        }
        return messages;
    }

    private static void flush(List<ToolResult> results, List<Message> messages) {
        if (!results.isEmpty()) {
            messages.add(Message.toolResults(results));
            results.clear();
        }
    }

    private Message message(Body message, String role) {
        String name = message.text("name");
        List<Content> parts = new ArrayList<>();
        Role known = switch (role) {
            case "system" -> Role.SYSTEM;
            case "developer" -> Role.DEVELOPER;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> throw message.wrong("role", "must be system, developer, user, assistant, tool or function");
        };
        if (known == Role.ASSISTANT) {
            reasoning(message, parts);
        }
        content(message, parts);
        if (known == Role.ASSISTANT) {
            if (parts.isEmpty() && !message.text("refusal").isEmpty()) {
                parts.add(Content.text(message.text("refusal")));
            }
            for (Body call : message.objects("tool_calls")) {
                parts.add(call(call));
            }
            if (message.has("function_call")) {
                parts.add(legacyCall(message.object("function_call")));
            }
        }
        return message.make(() -> new Message(known, parts, name));
    }

    private static void content(Body message, List<Content> parts) {
        Object content = message.get("content");
        if (content instanceof String text) {
            if (!text.isEmpty()) {
                parts.add(Content.text(text));
            }
        } else {
            message.objects("content").forEach(part -> parts.add(PartReader.read(part)));
        }
    }

    /**
     * Reasoning that an answer had: with what its backend wants back, or the text alone. The details of a stream have no text of their own;
     * all of it is in one field then.
     */
    private void reasoning(Body message, List<Content> parts) {
        List<Content.Reasoning> kept = new ArrayList<>();
        for (Body detail : message.objects(Reasoning.DETAILS)) {
            Origin.unpack(detail.text(Reasoning.PACKED), accepted)
                    .map(packed -> packed.reasoning(detail.text("text")))
                    .ifPresent(kept::add);
        }
        String text = message.text(Reasoning.TEXT);
        if (!text.isEmpty() && kept.stream().allMatch(each -> each.text().isEmpty())) {
            for (int i = 0; i < kept.size() && !text.isEmpty(); i++) {
                Content.Reasoning thought = kept.get(i);
                if (thought.redacted().isEmpty()) {
                    kept.set(i, new Content.Reasoning(text, thought.signature(), "", thought.providerData()));
                    text = "";
                }
            }
            if (!text.isEmpty()) {
                parts.add(Content.Reasoning.of(text));
            }
        }
        parts.addAll(kept);
    }

    private ToolCall call(Body call) {
        if (call.has("type") && !call.text("type").equals("function")) {
            throw call.wrong("type", "must be function");
        }
        Body function = call.object("function");
        ToolCall read = call(call, call.text("id"), function);
        Optional<ProviderData> data =
                Origin.unpack(call.text(Reasoning.PACKED), accepted).map(Origin.Packed::data);
        return data.map(read::with).orElse(read);
    }

    private ToolCall legacyCall(Body function) {
        String id = "call_" + ++legacyCalls;
        legacyIds.put(function.text("name"), id);
        return call(function, id, function);
    }

    private static ToolCall call(Body at, String id, Body function) {
        String arguments = function.text("arguments");
        return at.make(() -> {
            Map<String, @Nullable Object> input = object(arguments);
            return input == null
                    ? ToolCall.malformed(id, function.text("name"), arguments)
                    : ToolCall.of(id, function.text("name"), input);
        });
    }

    /** The arguments; null if they are not a JSON object, as those of a call that was cut off. */
    @SuppressWarnings("unchecked") // the names of JSON objects are strings
    private static @Nullable Map<String, @Nullable Object> object(String arguments) {
        if (arguments.isBlank()) {
            return Map.of();
        }
        try {
            return Json.parse(arguments) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : null;
        } catch (JsonException e) {
            return null;
        }
    }

    private ToolResult result(Body message, String role) {
        List<Content> parts = new ArrayList<>();
        content(message, parts);
        String id = role.equals("tool") ? message.text("tool_call_id") : legacyIds.get(message.text("name"));
        if (id == null) {
            throw message.wrong("name", "must be the name of a function that was called before");
        }
        return message.make(() -> new ToolResult(id, parts, false));
    }
}
