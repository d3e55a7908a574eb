package dev.postern.springai;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import reactor.core.publisher.Flux;

/** A chat model of Spring AI that gives one answer and records its prompts, the demand and cancellations. */
class FakeChatModel implements ChatModel {
    final List<Prompt> prompts = new ArrayList<>();
    final List<Long> demand = new ArrayList<>();
    final AtomicInteger cancelled = new AtomicInteger();
    private final Flux<ChatResponse> answer;

    FakeChatModel(Flux<ChatResponse> answer) {
        this.answer = answer;
    }

    FakeChatModel(ChatResponse... answer) {
        this(Flux.just(answer));
    }

    static ChatResponse text(String text) {
        return new ChatResponse(List.of(new Generation(new AssistantMessage(text))));
    }

    static ChatResponse message(String text, Map<String, Object> metadata, AssistantMessage.ToolCall... calls) {
        return new ChatResponse(List.of(new Generation(AssistantMessage.builder()
                .content(text)
                .properties(metadata)
                .toolCalls(List.of(calls))
                .build())));
    }

    /** The end of a stream: a finish reason and usage. */
    static ChatResponse end(String finishReason) {
        return new ChatResponse(
                List.of(new Generation(
                        new AssistantMessage(""),
                        ChatGenerationMetadata.builder()
                                .finishReason(finishReason)
                                .build())),
                ChatResponseMetadata.builder()
                        .id("r-1")
                        .model("spring-model")
                        .usage(new DefaultUsage(10, 2, 12, null, 8L, 1L))
                        .build());
    }

    @Override
    public ChatResponse call(Prompt prompt) {
        prompts.add(prompt);
        return answer.blockLast();
    }

    @Override
    public Flux<ChatResponse> stream(Prompt prompt) {
        prompts.add(prompt);
        return answer.doOnRequest(demand::add).doOnCancel(cancelled::incrementAndGet);
    }

    @Override
    public ChatOptions getOptions() {
        return ToolCallingChatOptions.builder()
                .model("default")
                .temperature(0.3)
                .build();
    }
}
