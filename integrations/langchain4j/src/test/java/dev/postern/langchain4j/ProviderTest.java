package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.gateway.Gateway;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.StreamProbe;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A chat model of LangChain4j as a provider. */
@Timeout(120)
class ProviderTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");

    @Test
    void allFieldsOfAnAnswer() {
        ChatResponse answer = ChatResponse.builder()
                .aiMessage(AiMessage.builder()
                        .thinking("Hm.")
                        .text("I look.")
                        .toolExecutionRequests(List.of(
                                ToolExecutionRequest.builder()
                                        .id("c1")
                                        .name("weather")
                                        .arguments("{\"city\": \"Paris\"}")
                                        .build(),
                                ToolExecutionRequest.builder()
                                        .id("c2")
                                        .name("weather")
                                        .arguments("{\"city")
                                        .build()))
                        .attributes(Map.of("signature", "s"))
                        .build())
                .id("a1")
                .modelName("m")
                .tokenUsage(new TokenUsage(10, 5))
                .finishReason(FinishReason.TOOL_EXECUTION)
                .build();

        CompletionResponse read = LangChain4jProvider.of("b", new BlockingModel(request -> answer))
                .completions(REQUEST);

        assertThat(read)
                .isEqualTo(CompletionResponse.builder()
                        .content(List.of(
                                Content.Reasoning.of("Hm."),
                                Content.text("I look."),
                                ToolCall.of("c1", "weather", Map.of("city", "Paris")),
                                ToolCall.malformed("c2", "weather", "{\"city"),
                                new Content.Reasoning(
                                        "", "", "", new ProviderData("langchain4j:b", Map.of("signature", "s")))))
                        .model("m")
                        .stopReason(StopReason.TOOL_USE)
                        .usage(Usage.of(10, 5))
                        .serverInfo(Map.of("id", "a1", "finish_reason", "tool_execution"))
                        .build());
    }

    @Test
    void aCallWithoutAnIdGetsOne() {
        ChatResponse answer = ChatResponse.builder()
                .aiMessage(AiMessage.from(
                        ToolExecutionRequest.builder().name("a").arguments("{}").build(),
                        ToolExecutionRequest.builder().name("b").arguments("").build()))
                .build();

        List<ToolCall> calls = LangChain4jProvider.of("b", new BlockingModel(request -> answer))
                .completions(REQUEST)
                .toolCalls();

        assertThat(calls).extracting(ToolCall::name).containsExactly("a", "b");
        assertThat(calls).extracting(ToolCall::id).doesNotHaveDuplicates().allMatch(id -> !id.isEmpty());
    }

    @Test
    void aModelOverAProviderIsThatProvider() {
        ProviderData data = new ProviderData("gemini", Map.of("thought_signature", "s"));
        CompletionResponse answer = CompletionResponse.builder()
                .content(List.of(
                        new Content.Reasoning("Hm.", "s1", "", ProviderData.NONE),
                        ToolCall.of("c1", "weather", Map.of("city", "Paris")).with(data)))
                .model("m")
                .stopReason(StopReason.TOOL_USE)
                .usage(Usage.of(10, 5))
                .build();
        FakeLlm llm = FakeLlm.named("fake").thenAnswer(answer).thenText("Sunny.");
        LangChain4jProvider provider = LangChain4jProvider.of("b", PosternChatModel.of(llm));

        CompletionResponse first = provider.completions(REQUEST);
        provider.completions(CompletionRequest.builder()
                .user("Hi")
                .message(first.message())
                .toolResults(ToolResult.of("c1", "18 °C"))
                .build());

        assertThat(first.toolCalls()).containsExactly(ToolCall.of("c1", "weather", Map.of("city", "Paris")));
        assertThat(llm.request(1).messages().get(1)).isEqualTo(answer.message());
    }

    @Test
    void aModelOverAProviderKeepsTotalsAndTheStopReason() {
        Usage usage = new Usage(
                10,
                5,
                OptionalLong.of(8),
                OptionalLong.empty(),
                OptionalLong.of(3),
                OptionalLong.of(18),
                OptionalLong.of(5));
        CompletionResponse answer = CompletionResponse.builder()
                .content("Hi")
                .model("m")
                .stopReason(StopReason.STOP_SEQUENCE)
                .usage(usage)
                .build();
        LangChain4jProvider provider = LangChain4jProvider.of(
                "b", PosternChatModel.of(FakeLlm.named("fake").thenAnswer(answer)));

        CompletionResponse read = provider.completions(REQUEST);
        assertThat(read.usage()).contains(usage);
        assertThat(read.stopReason()).isEqualTo(StopReason.STOP_SEQUENCE);
    }

    @Test
    void aCancelledCallOfABlockingModelInterruptsIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        try (LangChain4jProvider provider = LangChain4jProvider.of("b", new BlockingModel(request -> {
            begun.countDown();
            try {
                interrupted.complete(!new CountDownLatch(1).await(60, TimeUnit.SECONDS) && false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
            throw new IllegalStateException("nobody reads this");
        }))) {
            var answer = provider.completionsAsync(REQUEST);
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

            answer.cancel(true);

            assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatFollowsAnAnswerIsNotInterrupted() throws Exception {
        CountDownLatch attached = new CountDownLatch(1);
        try (LangChain4jProvider provider = LangChain4jProvider.of("b", new BlockingModel(request -> {
            await(attached);
            return ScriptedModel.answer("ok");
        }))) {
            CompletableFuture<Boolean> flag = provider.completionsAsync(REQUEST)
                    .thenApply(answer -> Thread.currentThread().isInterrupted());
            attached.countDown();

            assertThat(flag.get(30, TimeUnit.SECONDS)).isFalse();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aModelWithFuturesNeedsNoThreadAndIsCancelled() {
        FakeLlm llm = FakeLlm.answering("Hello").thenHang();
        AtomicReference<Thread> worker = new AtomicReference<>();
        LangChain4jProvider provider = LangChain4jProvider.builder("b")
                .chatModel(PosternChatModel.of(llm))
                .executor(task -> worker.set(new Thread(task)))
                .build();

        assertThat(provider.completionsAsync(REQUEST).join().content()).isEqualTo("Hello");
        provider.completionsAsync(REQUEST).cancel(true);

        llm.awaitCancelled(1);
        assertThat(worker).hasValue(null);
    }

    /** It has the method, and only the model behind it knows that it cannot. */
    private record Wrapper(ChatModel model) implements ChatModel {
        @Override
        public ChatResponse doChat(ChatRequest request) {
            return model.doChat(request);
        }

        @Override
        public CompletableFuture<ChatResponse> doChatAsync(ChatRequest request) {
            return model.doChatAsync(request);
        }
    }

    @Test
    void aModelThatCannotAnswerLaterIsCalledOnAThread() {
        try (LangChain4jProvider provider =
                LangChain4jProvider.of("b", new Wrapper(new BlockingModel(request -> ScriptedModel.answer("ok"))))) {
            assertThat(provider.completions(REQUEST).content()).isEqualTo("ok");
        }
    }

    @Test
    void eachModelAnswersForTheOtherIfThatIsMissing() {
        StreamProbe.of(LangChain4jProvider.of("b", new BlockingModel(request -> ScriptedModel.answer("whole"))).stream(
                        REQUEST))
                .request(Long.MAX_VALUE)
                .expectText("whole");
        try (LangChain4jProvider provider =
                LangChain4jProvider.of("b", new ScriptedModel(ScriptedModel.answer("streamed")))) {
            assertThat(provider.completions(REQUEST).content()).isEqualTo("streamed");
        }
        assertThatThrownBy(() -> LangChain4jProvider.builder("b").build()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closeEndsCallsAndRefusesNewOnes() {
        FakeLlm llm = FakeLlm.named("fake").thenHang();
        LangChain4jProvider provider = LangChain4jProvider.of("b", PosternChatModel.of(llm));
        var hanging = provider.completionsAsync(REQUEST);

        provider.close();
        provider.close();

        assertThatThrownBy(hanging::join)
                .cause()
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
        llm.awaitCancelled(1);
        assertThatThrownBy(() -> provider.completions(REQUEST))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION));
    }

    @Test
    void itIsABackendOfAGatewayWithAFallback() {
        try (Gateway gateway = Gateway.builder()
                .backend("busy", LangChain4jProvider.of("busy", new BlockingModel(request -> {
                    throw new RateLimitException("Slow down.");
                })))
                .backend("other", FakeLlm.named("other").thenText("from the other"))
                .fallbacks("busy", List.of("other"))
                .defaultBackend("busy")
                .build()) {
            assertThat(gateway.completions(REQUEST).content()).isEqualTo("from the other");
        }
    }
}
