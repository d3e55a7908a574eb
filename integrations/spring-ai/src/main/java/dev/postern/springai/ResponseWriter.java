package dev.postern.springai;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.Json;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.content.Media;

/** Answers, and pieces of streamed answers, as responses of Spring AI. */
final class ResponseWriter {
    /** Nothing but the last response of a stream has metadata, so the others share this one. */
    private static final ChatResponseMetadata NO_METADATA = new ChatResponseMetadata();

    private ResponseWriter() {}

    /** A whole answer. */
    static ChatResponse whole(CompletionResponse answer) {
        Map<String, Object> properties = new HashMap<>();
        if (!answer.reasoning().isEmpty()) {
            properties.put(PosternChatModel.REASONING, answer.reasoning());
        }
        String parts = AssistantParts.of(answer.message());
        if (!parts.isEmpty()) {
            properties.put(PosternChatModel.PARTS, parts);
        }
        AssistantMessage message = AssistantMessage.builder()
                .content(answer.content())
                .properties(properties)
                .toolCalls(answer.toolCalls().stream().map(ResponseWriter::call).toList())
                .media(media(answer.message().parts()))
                .build();
        ChatGenerationMetadata end = ChatGenerationMetadata.builder()
                .finishReason(StopReasons.name(answer.stopReason(), answer.serverInfo()))
                .metadata(PosternChatModel.STOP_REASON, answer.stopReason().wire())
                .build();
        return new ChatResponse(List.of(new Generation(message, end)), metadata(answer));
    }

    /** The last response of a stream: all but the text, which was delivered. */
    static ChatResponse last(ChatResponse whole) {
        Generation only = whole.getResults().get(0);
        AssistantMessage message = only.getOutput().mutate().content("").build();
        return new ChatResponse(List.of(new Generation(message, only.getMetadata())), whole.getMetadata());
    }

    /** A piece of text. */
    static ChatResponse text(String delta) {
        return piece(new AssistantMessage(delta));
    }

    /** Reasoning, as far as it has come. */
    static ChatResponse reasoning(String soFar) {
        return piece(AssistantMessage.builder()
                .content("")
                .properties(Map.of(PosternChatModel.REASONING, soFar))
                .build());
    }

    private static ChatResponse piece(AssistantMessage message) {
        return new ChatResponse(List.of(new Generation(message)), NO_METADATA);
    }

    static AssistantMessage.ToolCall call(ToolCall call) {
        String arguments = call.malformedInput() && call.input().get(ToolCall.RAW) instanceof String raw
                ? raw
                : Json.text(call.input());
        return new AssistantMessage.ToolCall(call.id(), "function", call.name(), arguments);
    }

    static List<Media> media(List<Content> parts) {
        return parts.stream()
                .map(MediaConverter::media)
                .filter(Objects::nonNull)
                .map(Media.class::cast)
                .toList();
    }

    private static ChatResponseMetadata metadata(CompletionResponse answer) {
        Map<String, @Nullable Object> info = answer.serverInfo();
        ChatResponseMetadata.Builder metadata = ChatResponseMetadata.builder()
                .id(info.get(CompletionResponse.ID) instanceof String id ? id : "")
                .model(answer.model())
                .rateLimit(HeaderRateLimit.of(info, Instant.now()))
                .usage(answer.usage().map(ResponseWriter::usage).orElseGet(EmptyUsage::new));
        info.forEach(metadata::keyValue); // it skips null
        return metadata.build();
    }

    static org.springframework.ai.chat.metadata.Usage usage(Usage usage) {
        return new DefaultUsage(
                count(usage.inputTokens()),
                count(usage.outputTokens()),
                count(usage.totalTokens()),
                usage,
                boxed(usage.cachedTokens()),
                boxed(usage.cacheWriteTokens()));
    }

    private static int count(long tokens) {
        return (int) Math.min(tokens, Integer.MAX_VALUE);
    }

    private static @Nullable Long boxed(OptionalLong count) {
        return count.isPresent() ? count.getAsLong() : null;
    }
}
