package dev.postern.springai;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;

/** Messages of Spring AI as messages of Postern. */
final class MessageReader {
    private MessageReader() {}

    /** The message; null for one that says nothing: a system message without text, or results of no tool. */
    static @Nullable Message message(org.springframework.ai.chat.messages.Message given) {
        if (given instanceof SystemMessage system) {
            String text = text(system);
            return text.isEmpty() ? null : Message.system(text);
        } else if (given instanceof UserMessage user) {
            List<Content> parts = new ArrayList<>();
            if (!text(user).isEmpty() || user.getMedia().isEmpty()) {
                parts.add(Content.text(text(user)));
            }
            user.getMedia().forEach(media -> parts.add(MediaConverter.part(media)));
            return new Message(Role.USER, parts);
        } else if (given instanceof AssistantMessage assistant) {
            return new Message(Role.ASSISTANT, parts(assistant));
        } else if (given instanceof ToolResponseMessage results) {
            List<ToolResult> read =
                    results.getResponses().stream().map(MessageReader::result).toList();
            return read.isEmpty() ? null : Message.toolResults(read);
        }
        throw Refusals.invalid(
                "The prompt has a message of the class " + given.getClass().getName()
                        + "; use the messages of Spring AI for the system, the user, the assistant and tools.");
    }

    static String text(org.springframework.ai.chat.messages.Message message) {
        return Objects.requireNonNullElse(message.getText(), "");
    }

    private static List<Content> parts(AssistantMessage message) {
        List<ToolCall> calls =
                message.getToolCalls().stream().map(MessageReader::call).toList();
        String reasoning = metadata(message, PosternChatModel.REASONING);
        String more = metadata(message, PosternChatModel.PARTS);
        List<Content> parts = more.isEmpty() ? null : AssistantParts.read(more, reasoning, text(message), calls);
        if (parts == null) {
            parts = AssistantParts.plain(reasoning, text(message), calls);
        }
        for (Media media : message.getMedia()) {
            parts.add(MediaConverter.part(media));
        }
        return parts;
    }

    private static String metadata(AssistantMessage message, String key) {
        return message.getMetadata().get(key) instanceof String text ? text : "";
    }

    /** Arguments that are not a JSON object stay as they are, as in Postern's own calls. */
    static ToolCall call(AssistantMessage.ToolCall call) {
        String id = Objects.requireNonNullElse(call.id(), "");
        String name = Objects.requireNonNullElse(call.name(), "");
        String arguments = Objects.requireNonNullElse(call.arguments(), "");
        Map<String, @Nullable Object> input = arguments.isBlank() ? Map.of() : object(arguments);
        return input == null ? ToolCall.malformed(id, name, arguments) : ToolCall.of(id, name, input);
    }

    /** The JSON object of a text; null if it is none. */
    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    static @Nullable Map<String, @Nullable Object> object(String json) {
        try {
            return Json.parse(json) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : null;
        } catch (JsonException e) {
            return null;
        }
    }

    private static ToolResult result(ToolResponseMessage.ToolResponse response) {
        String id = Objects.requireNonNullElse(response.id(), "");
        return ToolResult.of(id, Objects.requireNonNullElse(response.responseData(), ""));
    }
}
