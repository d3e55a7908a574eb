package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.CompleteResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.WireServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The publisher of a streaming model. */
class StreamsTest {
    private static final ChatRequest REQUEST =
            ChatRequest.builder().messages(UserMessage.from("Hi")).build();
    private static final ToolCall CALL = ToolCall.of("c1", "weather", Map.of("city", "Paris"));

    /** Text, thinking and a call in pieces, with an empty event that LangChain4j has no word for. */
    private static FakeLlm everything() {
        return FakeLlm.named("fake")
                .thenEvents(
                        StreamEvent.ReasoningDelta.of("Hm."),
                        new StreamEvent.ReasoningDelta("", "signature", "", ProviderData.NONE),
                        new StreamEvent.ContentDelta("I look."),
                        new StreamEvent.ToolCallStart("c1", "weather"),
                        new StreamEvent.ToolCallDelta("c1", "{ \"city\":"),
                        new StreamEvent.ToolCallDelta("c1", " \"Paris\" }"),
                        new StreamEvent.ToolCallComplete(CALL),
                        new StreamEvent.MessageStop(StopReason.TOOL_USE, "m", Map.of()),
                        new StreamEvent.UsageReported(Usage.of(10, 5)))
                .repeatLast();
    }

    @Test
    void eventsOfEachKindInTheirOrder() {
        Recorder recorder = new Recorder();
        PosternStreamingChatModel.of(everything()).chat(REQUEST).subscribe(recorder);
        recorder.subscription().request(Long.MAX_VALUE);

        assertThat(recorder.events).hasSize(6);
        assertThat(recorder.events.subList(0, 4))
                .containsExactly(
                        new PartialThinking("Hm."),
                        new PartialResponse("I look."),
                        partial("{ \"city\":"),
                        partial(" \"Paris\" }"));
        assertThat(recorder.events.get(4)).isInstanceOfSatisfying(CompleteToolCall.class, call -> {
            assertThat(call.index()).isZero();
            assertThat(call.toolExecutionRequest().arguments()).isEqualTo("{ \"city\": \"Paris\" }");
        });
        assertThat(recorder.events.get(5)).isInstanceOfSatisfying(CompleteResponse.class, whole -> {
            assertThat(whole.chatResponse().aiMessage().text()).isEqualTo("I look.");
            assertThat(whole.chatResponse().aiMessage().thinking()).isEqualTo("Hm.");
            assertThat(whole.chatResponse().aiMessage().toolExecutionRequests())
                    .containsExactly(((CompleteToolCall) recorder.events.get(4)).toolExecutionRequest());
            assertThat(whole.chatResponse().tokenUsage()).isEqualTo(PosternTokenUsage.of(Usage.of(10, 5)));
        });
        assertThat(recorder.end).isCompletedWithValue("complete");
    }

    private static PartialToolCall partial(String arguments) {
        return PartialToolCall.builder()
                .index(0)
                .id("c1")
                .name("weather")
                .partialArguments(arguments)
                .build();
    }

    @Test
    void theProviderIsAskedForNoMoreThanTheSubscriberWants() {
        AtomicLong asked = new AtomicLong();
        Recorder recorder = new Recorder();
        PosternStreamingChatModel.of(new Counting(everything(), asked))
                .chat(REQUEST)
                .subscribe(recorder);

        for (int wanted = 1; wanted <= 6; wanted++) {
            recorder.subscription().request(1);
            assertThat(recorder.events).hasSize(wanted);
            // the thinking and the text, then one more for each of the signature and the start of the call
            assertThat(asked)
                    .hasValueLessThanOrEqualTo(wanted + (wanted < 2 ? 0 : wanted < 3 ? 1 : wanted < 6 ? 2 : 4));
        }
        assertThat(recorder.end).isCompletedWithValue("complete");
    }

    @Test
    void cancellingTheSubscriptionClosesTheExchange() {
        try (WireServer server = WireServer.openai().answer("a", "b", "c").hangAfter(3);
                LlmProvider llm = Judged.provider(server)) {
            Recorder recorder = new Recorder();
            PosternStreamingChatModel.of(llm).chat(REQUEST).subscribe(recorder);
            recorder.subscription().request(1);
            server.awaitExchange(0);

            recorder.subscription().cancel();

            server.awaitClosed(0);
            assertThat(recorder.end).isNotDone();
        }
    }

    @Test
    void aStreamThatIsCutOffFails() {
        Recorder recorder = new Recorder();
        PosternStreamingChatModel.of(FakeLlm.answering("a", "b").cutAfter(1))
                .chat(REQUEST)
                .subscribe(recorder);
        recorder.subscription().request(Long.MAX_VALUE);

        assertThat(recorder.events).containsExactly(new PartialResponse("a"));
        assertThat(recorder.end).isCompletedExceptionally();
        assertThat(recorder.failure).isExactlyInstanceOf(RetriableException.class);
    }

    @Test
    void aStreamWithoutItsEndFails() {
        Recorder recorder = new Recorder();
        PosternStreamingChatModel.of(FakeLlm.answering("a").withoutStop())
                .chat(REQUEST)
                .subscribe(recorder);
        recorder.subscription().request(Long.MAX_VALUE);

        assertThat(recorder.failure).hasMessageContaining("without its message stop");
    }

    @Test
    void aRequestThatCannotBeSentFailsTheSubscription() {
        Recorder recorder = new Recorder();
        ChatRequest topK =
                ChatRequest.builder().messages(UserMessage.from("Hi")).topK(1).build();
        var publisher =
                PosternStreamingChatModel.of(FakeLlm.failing(Kind.SERVER)).chat(topK);

        publisher.subscribe(recorder);

        assertThat(recorder.failure).hasMessageContaining("'topK'");
    }

    @Test
    void invalidDemandIsAFailureEvenBeforeTheWholeAnswer() {
        Recorder early = new Recorder();
        PosternStreamingChatModel.of(everything()).chat(REQUEST).subscribe(early);
        early.subscription().request(0);
        Recorder late = new Recorder();
        PosternStreamingChatModel.of(everything()).chat(REQUEST).subscribe(late);
        late.subscription().request(5);
        late.subscription().request(-1);

        assertThat(early.failure).isInstanceOf(IllegalArgumentException.class);
        assertThat(late.failure).isInstanceOf(IllegalArgumentException.class);
        assertThat(late.events).hasSize(5);
    }

    /** Asks for nothing just before the provider says that it is complete. */
    private record AskingWrongly(Recorder recorder) implements LlmProvider {
        @Override
        public String name() {
            return "b";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            return subscriber -> {
                subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long n) {}

                    @Override
                    public void cancel() {}
                });
                recorder.subscription().request(10);
                subscriber.onNext(new StreamEvent.ContentDelta("a"));
                subscriber.onNext(new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of()));
                recorder.subscription().request(0);
                subscriber.onComplete();
            };
        }
    }

    @Test
    void invalidDemandIsNotLostWhenTheProviderIsComplete() {
        Recorder recorder = new Recorder();

        PosternStreamingChatModel.of(new AskingWrongly(recorder)).chat(REQUEST).subscribe(recorder);

        assertThat(recorder.events).containsExactly(new PartialResponse("a"));
        assertThat(recorder.failure).isInstanceOf(IllegalArgumentException.class);
    }

    /** Counts what its subscribers request. */
    private record Counting(LlmProvider llm, AtomicLong asked) implements LlmProvider {
        @Override
        public String name() {
            return llm.name();
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return llm.completionsAsync(request);
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            return subscriber -> llm.stream(request).subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscriber.onSubscribe(new Flow.Subscription() {
                        @Override
                        public void request(long n) {
                            asked.addAndGet(n);
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
                public void onError(Throwable failure) {
                    subscriber.onError(failure);
                }

                @Override
                public void onComplete() {
                    subscriber.onComplete();
                }
            });
        }
    }

    /** Keeps what it gets, and requests nothing. */
    private static final class Recorder implements Flow.Subscriber<ChatModelStreamingEvent> {
        final List<ChatModelStreamingEvent> events = new ArrayList<>();
        final CompletableFuture<String> end = new CompletableFuture<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        volatile Throwable failure;

        Flow.Subscription subscription() {
            return subscription.join();
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(ChatModelStreamingEvent event) {
            events.add(event);
        }

        @Override
        public void onError(Throwable thrown) {
            failure = thrown;
            end.completeExceptionally(thrown);
        }

        @Override
        public void onComplete() {
            end.complete("complete");
        }
    }
}
