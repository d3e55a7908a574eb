package dev.postern.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.WireServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

class StreamTest {
    private static final Prompt PROMPT = new Prompt("Hello");

    private static List<ChatResponse> all(FakeLlm llm) {
        return Models.over(llm).stream(PROMPT).collectList().block();
    }

    private static List<String> texts(List<ChatResponse> responses) {
        return responses.stream()
                .map(response -> Models.message(response).getText())
                .toList();
    }

    private static String reasoning(ChatResponse response) {
        return (String) Models.message(response).getMetadata().get(PosternChatModel.REASONING);
    }

    @Test
    void eachDeltaIsAResponseAndTheLastHasTheRest() {
        List<ChatResponse> responses = all(FakeLlm.answering("Hel", "lo").usage(Usage.of(10, 2)));

        assertThat(texts(responses)).containsExactly("Hel", "lo", "");
        assertThat(responses.get(0).getMetadata().getUsage().getTotalTokens()).isZero();
        assertThat(Models.only(responses.get(0)).getMetadata().getFinishReason())
                .isNull();
        assertThat(Models.only(responses.get(2)).getMetadata().getFinishReason())
                .isEqualTo("STOP");
        assertThat(responses.get(2).getMetadata().getUsage().getTotalTokens()).isEqualTo(12);
    }

    @Test
    void callsComeWholeInTheLastResponse() {
        List<ChatResponse> responses = all(FakeLlm.named("fake")
                .thenEvents(
                        new StreamEvent.ContentDelta("Let me see."),
                        new StreamEvent.ToolCallStart("1", "get_weather"),
                        new StreamEvent.ToolCallDelta("1", "{\"city\":"),
                        new StreamEvent.ToolCallDelta("1", "\"Paris\"}"),
                        new StreamEvent.ToolCallComplete(ToolCall.of("1", "get_weather", Map.of("city", "Paris"))),
                        new StreamEvent.MessageStop(StopReason.TOOL_USE, "m", Map.of())));

        assertThat(texts(responses)).containsExactly("Let me see.", "");
        assertThat(responses.get(0).hasToolCalls()).isFalse();
        assertThat(Models.message(responses.get(1)).getToolCalls())
                .containsExactly(new AssistantMessage.ToolCall("1", "function", "get_weather", "{\"city\":\"Paris\"}"));
        assertThat(responses.get(1).getMetadata().getModel()).isEqualTo("m");
    }

    @Test
    void reasoningGrowsFromResponseToResponse() {
        List<ChatResponse> responses = all(FakeLlm.named("fake")
                .thenEvents(
                        StreamEvent.ReasoningDelta.of("Let me "),
                        StreamEvent.ReasoningDelta.of("think."),
                        new StreamEvent.ContentDelta("Hi"),
                        new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of())));

        assertThat(texts(responses)).containsExactly("", "", "Hi", "");
        assertThat(reasoning(responses.get(0))).isEqualTo("Let me ");
        assertThat(reasoning(responses.get(1))).isEqualTo("Let me think.");
        assertThat(reasoning(responses.get(2))).isNull();
        assertThat(reasoning(responses.get(3))).isEqualTo("Let me think.");
    }

    /** Otherwise the copies of a long text, one for each delta, would take all of the time. */
    @Test
    void longReasoningGrowsInLargerSteps() {
        int deltas = 4000;
        String piece = "0123456789".repeat(10);
        List<StreamEvent> events = new ArrayList<>();
        for (int i = 0; i < deltas; i++) {
            events.add(StreamEvent.ReasoningDelta.of(piece));
        }
        events.add(new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of()));

        List<ChatResponse> responses = all(FakeLlm.named("fake").thenEvents(events.toArray(StreamEvent[]::new)));

        assertThat(responses).hasSizeBetween(327, 400);
        assertThat(reasoning(responses.get(responses.size() - 1))).hasSize(deltas * piece.length());
    }

    /** A provider that counts the demand that reaches it. */
    private static final class Counting implements LlmProvider {
        private final LlmProvider inner;
        private final AtomicLong requested = new AtomicLong();

        Counting(LlmProvider inner) {
            this.inner = inner;
        }

        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return inner.completionsAsync(request);
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            return subscriber -> inner.stream(request).subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscriber.onSubscribe(new Flow.Subscription() {
                        @Override
                        public void request(long n) {
                            requested.addAndGet(n);
                            subscription.request(n);
                        }

                        @Override
                        public void cancel() {
                            subscription.cancel();
                        }
                    });
                }

                @Override
                public void onNext(StreamEvent event) {
                    subscriber.onNext(event);
                }

                @Override
                public void onError(Throwable thrown) {
                    subscriber.onError(thrown);
                }

                @Override
                public void onComplete() {
                    subscriber.onComplete();
                }
            });
        }
    }

    @Test
    void demandIsPassedOn() {
        Counting llm = new Counting(FakeLlm.answering("a", "b", "c"));
        Recorder<ChatResponse> reader = Recorder.requesting(0);
        JdkFlowAdapter.publisherToFlowPublisher(Models.over(llm).stream(PROMPT)).subscribe(reader);
        assertThat(llm.requested).hasValue(0);

        reader.request(1);
        reader.awaitItems(1);
        assertThat(llm.requested).hasValue(1);

        reader.request(2);
        reader.awaitItems(3);
        assertThat(llm.requested).hasValue(3);

        reader.request(1);
        assertThat(texts(reader.awaitComplete())).containsExactly("a", "b", "c", "");
        reader.assertNoViolations();
    }

    @Test
    void cancelClosesTheConnection() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo").hangAfter(2);
                LlmProvider llm = Models.provider(server)) {
            List<ChatResponse> taken =
                    Models.over(llm).stream(PROMPT).take(1).collectList().block();

            assertThat(texts(taken)).containsExactly("Hel");
            server.awaitClosed(0);
        }
    }

    @Test
    void nothingIsSentWithoutASubscription() {
        FakeLlm llm = FakeLlm.answering("a").repeatLast();
        Flux<ChatResponse> stream = Models.over(llm).stream(PROMPT);
        assertThat(llm.requests()).isEmpty();

        stream.blockLast();
        stream.blockLast();
        assertThat(llm.requests()).hasSize(2);
    }

    @Test
    void aStreamThatIsCutFails() {
        List<String> seen = new ArrayList<>();
        Throwable failure =
                catchThrowable(() -> Models.over(FakeLlm.answering("Hel", "lo").cutAfter(1)).stream(PROMPT)
                        .doOnNext(response -> seen.add(Models.message(response).getText()))
                        .blockLast());

        assertThat(failure)
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INCOMPLETE_STREAM));
        assertThat(seen).containsExactly("Hel");
    }

    @Test
    void aStreamWithoutItsEndFails() {
        Throwable failure =
                catchThrowable(() -> Models.over(FakeLlm.answering("Hi").withoutStop()).stream(PROMPT)
                        .blockLast());

        assertThat(failure)
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INCOMPLETE_STREAM));
    }

    @Test
    void aRequestThatIsRefusedIsAFailureOfTheStream() {
        Flux<ChatResponse> stream = Models.over(FakeLlm.answering("Hi")).stream(
                Models.prompt("Hello", PosternChatOptions.builder().outputSchema("no JSON")));

        assertThat(catchThrowable(stream::blockLast))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST));
    }

    @Test
    void theContextOfReactorReachesTheRequest() {
        CallContext ann = CallContext.builder().user("ann").build();
        CallContext tools = CallContext.builder().user("tools").build();
        FakeLlm llm = FakeLlm.answering("Hi").repeatLast();
        Prompt prompt =
                Models.prompt("Hello", PosternChatOptions.builder().toolContext(PosternChatModel.CALL_CONTEXT, tools));

        Models.over(llm).stream(prompt)
                .contextWrite(context -> context.put(CallContext.class, ann))
                .blockLast();
        Models.over(llm).stream(prompt).blockLast();

        assertThat(llm.request(0).context()).isSameAs(ann);
        assertThat(llm.request(1).context()).isSameAs(tools);
    }
}
