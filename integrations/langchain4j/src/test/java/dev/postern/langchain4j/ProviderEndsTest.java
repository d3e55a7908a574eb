package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.testkit.StreamProbe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every call of a model ends, whatever the model, its threads and the executor do. */
@Timeout(120)
class ProviderEndsTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");

    /** A call that Postern has no word for: its tool has no name. */
    private static final CompleteToolCall NAMELESS =
            new CompleteToolCall(0, ToolExecutionRequest.builder().id("c1").build());

    /** Answers on a thread of its own. */
    private record Asynchronous(Consumer<StreamingChatResponseHandler> answer) implements StreamingChatModel {
        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            new Thread(() -> answer.accept(handler)).start();
        }
    }

    /** Signals on a thread of its own, whatever was requested. */
    private record Publishing(List<ChatModelStreamingEvent> events, CompletableFuture<Thread> done)
            implements StreamingChatModel {
        @Override
        public Flow.Publisher<ChatModelStreamingEvent> doChat(ChatRequest request) {
            return subscriber -> new Thread(() -> signal(subscriber)).start();
        }

        private void signal(Flow.Subscriber<? super ChatModelStreamingEvent> subscriber) {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            });
            events.forEach(subscriber::onNext);
            done.complete(Thread.currentThread());
        }
    }

    private static LangChain4jProvider over(StreamingChatModel model) {
        return LangChain4jProvider.of("b", model);
    }

    private static StreamProbe probe(LangChain4jProvider provider) {
        return StreamProbe.of(provider.stream(REQUEST)).request(Long.MAX_VALUE);
    }

    @Test
    void whatCannotBeTranslatedIsAFailure() {
        probe(over(new Asynchronous(handler -> handler.onCompleteToolCall(NAMELESS))))
                .expectFailure(Kind.SERVER);
        probe(over(new Asynchronous(handler -> handler.onCompleteResponse(null))))
                .expectFailure(Kind.SERVER);
        probe(over(new Publishing(List.of(NAMELESS), new CompletableFuture<>())))
                .expectFailure(Kind.SERVER);
    }

    /** Puts a thread into the queue for each event, and blocks in the first one. */
    private record Blocking(BlockingQueue<Thread> threads, CountDownLatch release)
            implements Flow.Subscriber<StreamEvent> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(StreamEvent event) {
            threads.add(Thread.currentThread());
            try {
                assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    @Test
    void aSubscriberThatBlocksDoesNotBlockTheThreadsOfTheModel() throws Exception {
        Blocking subscriber = new Blocking(new LinkedBlockingQueue<>(), new CountDownLatch(1));
        CompletableFuture<Thread> done = new CompletableFuture<>();
        over(new Publishing(List.of(new PartialResponse("a"), new PartialResponse("b")), done)).stream(REQUEST)
                .subscribe(subscriber);

        Thread ofModel = done.get(30, TimeUnit.SECONDS); // while the subscriber blocks

        Thread ofSubscriber = subscriber.threads.poll(30, TimeUnit.SECONDS);
        subscriber.release.countDown();
        assertThat(ofSubscriber).isNotNull().isNotSameAs(ofModel);
    }

    @Test
    void whatFollowsAnAnswerDoesNotBlockTheThreadOfTheModel() throws Exception {
        CompletableFuture<ChatResponse> later = new CompletableFuture<>();
        ChatModel model = new ChatModel() {
            @Override
            public CompletableFuture<ChatResponse> doChatAsync(ChatRequest request) {
                return later;
            }
        };
        CompletableFuture<Thread> follows = LangChain4jProvider.of("b", model)
                .completionsAsync(REQUEST)
                .thenApply(answer -> Thread.currentThread());

        later.complete(ScriptedModel.answer("a"));

        assertThat(follows.get(30, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void aStreamThatIsCancelledIsForgotten() {
        ModelCalls calls = new ModelCalls("b", null);
        int[] running = new int[1];
        new ModelStream(
                        new Flow.Subscriber<StreamEvent>() {
                            @Override
                            public void onSubscribe(Flow.Subscription subscription) {
                                running[0] = calls.count(); // so no cancel comes before the entry
                                subscription.cancel();
                            }

                            @Override
                            public void onNext(StreamEvent event) {}

                            @Override
                            public void onError(Throwable failure) {}

                            @Override
                            public void onComplete() {}
                        },
                        calls,
                        "b",
                        10)
                .start(new ScriptedModel(), REQUEST, new ChatRequests("b"), new ModelEvents("b", "m"));

        assertThat(running[0]).isOne();
        assertThat(calls.count()).isZero();
    }

    @Test
    void anExecutorThatTakesNothingIsAFailure() {
        for (Throwable thrown : List.of(new IllegalStateException("full"), new NoClassDefFoundError("gone"))) {
            LangChain4jProvider provider = LangChain4jProvider.builder("b")
                    .chatModel(new BlockingModel(request -> ScriptedModel.answer("a")))
                    .streamingChatModel(new ScriptedModel())
                    .executor(task -> ProviderEndsTest.<RuntimeException>raise(thrown))
                    .build();

            assertThatThrownBy(() -> provider.completionsAsync(REQUEST).get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.OVERLOADED))
                    .hasCause(thrown);
            assertThat(probe(provider).expectFailure(Kind.OVERLOADED)).hasCause(thrown);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void raise(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void anErrorOfAModelIsAFailureOfTheFuture() {
        ChatModel model = new ChatModel() {
            @Override
            public CompletableFuture<ChatResponse> doChatAsync(ChatRequest request) {
                throw new NoClassDefFoundError("gone");
            }
        };

        assertThatThrownBy(() -> LangChain4jProvider.of("b", model)
                        .completionsAsync(REQUEST)
                        .get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void aCallEndsAtTheDeadlineOfItsContext() {
        CountDownLatch never = new CountDownLatch(1);
        LangChain4jProvider provider = LangChain4jProvider.builder("b")
                .chatModel(new BlockingModel(request -> {
                    awaited(never);
                    return ScriptedModel.answer("late");
                }))
                .streamingChatModel(new Asynchronous(handler -> {}))
                .build();
        CompletionRequest soon = CompletionRequest.builder()
                .user("Hi")
                .context(CallContext.builder().within(Duration.ofMillis(50)).build())
                .build();

        assertThatThrownBy(() -> provider.completionsAsync(soon).get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT));
        StreamProbe.of(provider.stream(soon)).request(1).expectFailure(Kind.TIMEOUT);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // the call is cancelled, which is what the test waits for
        }
    }
}
