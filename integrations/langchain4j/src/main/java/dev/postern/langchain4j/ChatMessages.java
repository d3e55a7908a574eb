package dev.postern.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Translates the messages of a Postern request. Not thread-safe. */
final class ChatMessages {
    private final String backend;
    private final List<ChatMessage> messages = new ArrayList<>();
    private final Map<String, String> tools = new HashMap<>(); // the name by the id of the call

    ChatMessages(String backend) {
        this.backend = backend;
    }

    List<ChatMessage> messages(CompletionRequest request) {
        system(request.system());
        request.messages().forEach(this::add);
        return messages;
    }

    /** A blank instruction is left out, as LangChain4j has none. */
    private void system(String text) {
        if (!text.isBlank()) {
            messages.add(SystemMessage.from(text));
        }
    }

    private void add(Message message) {
        switch (message.role()) {
            case SYSTEM, DEVELOPER -> system(message.text());
            case ASSISTANT -> messages.add(answer(message));
            case USER, TOOL -> userOrTool(message);
        }
    }

    private void userOrTool(Message message) {
        message.toolResults().forEach(result -> messages.add(result(result)));
        List<dev.langchain4j.data.message.Content> contents = new ArrayList<>();
        for (Content part : message.parts()) {
            if (!(part instanceof ToolResult)) {
                contents.add(content(part));
            }
        }
        if (contents.isEmpty() && message.toolResults().isEmpty()) {
            contents.add(TextContent.from("")); // LangChain4j has no message without a part
        }
        if (!contents.isEmpty()) {
            messages.add(
                    message.name().isEmpty() ? UserMessage.from(contents) : UserMessage.from(message.name(), contents));
        }
    }

    private ChatMessage result(ToolResult result) {
        List<dev.langchain4j.data.message.Content> contents = new ArrayList<>();
        result.content().forEach(part -> contents.add(content(part)));
        if (contents.isEmpty()) {
            contents.add(TextContent.from(""));
        }
        return ToolExecutionResultMessage.builder()
                .id(result.callId())
                .toolName(tools.getOrDefault(result.callId(), ""))
                .contents(contents)
                .isError(result.isError() ? Boolean.TRUE : null)
                .build();
    }

    /** Signatures of other servers stay here; attributes of this model go back to it. */
    private AiMessage answer(Message message) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        List<ToolExecutionRequest> calls = new ArrayList<>();
        for (Content part : message.parts()) {
            if (part instanceof ToolCall call) {
                tools.put(call.id(), call.name());
                calls.add(AnswerParts.request(call, AnswerParts.arguments(call)));
            } else if (part instanceof Content.Reasoning thought) {
                if (thought.providerData().isFrom(ModelEvents.origin(backend))) {
                    attributes.putAll(thought.providerData().values());
                }
            } else if (!(part instanceof Content.Text)) {
                throw ChatRequests.unsupported(
                        backend,
                        "An answer with " + part.getClass().getSimpleName()
                                + " in the conversation is not supported by LangChain4j's models.");
            }
        }
        String thinking = message.reasoning();
        String text = message.text();
        return AiMessage.builder()
                .text(text.isEmpty() ? null : text)
                .thinking(thinking.isEmpty() ? null : thinking)
                .toolExecutionRequests(calls)
                .attributes(attributes)
                .build();
    }

    private dev.langchain4j.data.message.Content content(Content part) {
        if (part instanceof Content.Text text) {
            return TextContent.from(text.text());
        } else if (part instanceof Content.Image image) {
            return image.url().isEmpty()
                    ? ImageContent.from(image.data(), image.mediaType(), detail(image.detail()))
                    : ImageContent.from(uri(image.url()), detail(image.detail()));
        } else if (part instanceof Content.Audio audio) {
            return AudioContent.from(audio.data(), audio.mediaType());
        } else if (part instanceof Content.Document document
                && document.fileId().isEmpty()
                && document.mediaType().equals("application/pdf")) {
            return PdfFileContent.from(document.data(), document.mediaType());
        }
        throw ChatRequests.unsupported(
                backend,
                "A part like " + part + " is not supported by LangChain4j's models; of documents, they take PDF.");
    }

    private URI uri(String url) {
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw ChatRequests.unsupported(backend, "LangChain4j's models take an image by a valid URL only.");
        }
    }

    private ImageContent.DetailLevel detail(String word) {
        return switch (word) {
            case "", "auto" -> ImageContent.DetailLevel.AUTO; // LangChain4j's default is low, Postern's is the server's
            case "low" -> ImageContent.DetailLevel.LOW;
            case "high" -> ImageContent.DetailLevel.HIGH;
            default ->
                throw ChatRequests.unsupported(
                        backend,
                        "The image detail '" + word + "' is not supported by LangChain4j; use low, high or auto.");
        };
    }
}
