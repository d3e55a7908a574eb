package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** LangChain4j's model of Anthropic. */
class LangChain4jAnthropicTest extends MessagesClientContract {
    @Override
    DoorClient open(String url, String key) {
        return new Client(url + "/v1", key);
    }

    /** It sends a whole answer's request again after each status from 500 on; it does not know {@code x-should-retry}. */
    @Override
    void mayHaveRun(DoorClient client, DoorClient.Ask ask) throws Exception {
        if (ask.stream()) {
            super.mayHaveRun(client, ask);
        } else {
            assertThat(client.ask(ask).text()).isEqualTo("again");
            assertThat(gateway.openai.requests()).hasSize(2);
        }
    }

    private record Client(String url, String key) implements DoorClient {
        @Override
        public Reply ask(Ask ask) throws Exception {
            if (!ask.stream()) {
                AnthropicChatModel.AnthropicChatModelBuilder model = AnthropicChatModel.builder()
                        .baseUrl(url)
                        .apiKey(key)
                        .modelName(ask.model())
                        .maxTokens(4_000);
                if (ask.thinking()) {
                    model.thinkingType("enabled")
                            .thinkingBudgetTokens(2_000)
                            .returnThinking(true)
                            .sendThinking(true);
                }
                return reply(model.build().chat(request(ask)));
            }
            CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
            streaming(ask).chat(request(ask), new StreamingChatResponseHandler() {
                @Override
                public void onCompleteResponse(ChatResponse response) {
                    answer.complete(response);
                }

                @Override
                public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                }
            });
            try {
                return reply(answer.get(60, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }

        private AnthropicStreamingChatModel streaming(Ask ask) {
            AnthropicStreamingChatModel.AnthropicStreamingChatModelBuilder model = AnthropicStreamingChatModel.builder()
                    .baseUrl(url)
                    .apiKey(key)
                    .modelName(ask.model())
                    .maxTokens(4_000);
            if (ask.thinking()) {
                model.thinkingType("enabled")
                        .thinkingBudgetTokens(2_000)
                        .returnThinking(true)
                        .sendThinking(true);
            }
            return model.build();
        }

        @Override
        public void abort(Ask ask) throws Exception {
            CompletableFuture<String> first = new CompletableFuture<>();
            streaming(ask).chat(request(ask), new StreamingChatResponseHandler() {
                @Override
                public void onPartialResponse(PartialResponse text, PartialResponseContext context) {
                    context.streamingHandle().cancel();
                    first.complete(text.text());
                }

                @Override
                public void onCompleteResponse(ChatResponse response) {}

                @Override
                public void onError(Throwable failure) {
                    first.completeExceptionally(failure);
                }
            });
            first.get(60, TimeUnit.SECONDS);
        }

        private static ChatRequest request(Ask ask) {
            List<ChatMessage> messages = new ArrayList<>();
            for (Object turn : ask.turns()) {
                if (turn instanceof String text) {
                    messages.add(UserMessage.from(text));
                } else if (turn instanceof Reply reply) {
                    messages.add((AiMessage) reply.itself());
                } else {
                    for (Object each : (List<?>) turn) {
                        Result result = (Result) each;
                        messages.add(ToolExecutionResultMessage.from(
                                result.call().id(), result.call().name(), result.text()));
                    }
                }
            }
            return ChatRequest.builder()
                    .messages(messages)
                    .toolSpecifications(ToolSpecification.builder()
                            .name(TOOL)
                            .description("The weather of a city.")
                            .parameters(JsonObjectSchema.builder()
                                    .addStringProperty("city")
                                    .build())
                            .build())
                    .build();
        }

        private static Reply reply(ChatResponse response) {
            AiMessage message = response.aiMessage();
            List<Call> calls = new ArrayList<>();
            for (ToolExecutionRequest call : message.toolExecutionRequests()) {
                calls.add(new Call(call.id(), call.name(), call.arguments()));
            }
            return new Reply(
                    Objects.requireNonNullElse(message.text(), ""),
                    Objects.requireNonNullElse(message.thinking(), ""),
                    calls,
                    switch (response.finishReason()) {
                        case STOP -> "end_turn";
                        case LENGTH -> "max_tokens";
                        case TOOL_EXECUTION -> "tool_use";
                        default -> "other";
                    },
                    response.tokenUsage().inputTokenCount(),
                    response.tokenUsage().outputTokenCount(),
                    message);
        }

        @Override
        public void close() {}
    }
}
