package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.postern.LlmException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The stream of a provider that has none of its own. */
class AnswerStreamTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");
    private static final ToolCall CALL = ToolCall.of("c1", "weather", Map.of());
    private static final CompletionResponse ANSWER = CompletionResponse.builder()
            .model("m")
            .content(List.of(
                    new Content.Reasoning("hm", "sig", "", ProviderData.NONE),
                    Content.text("a"),
                    Content.text(""),
                    CALL))
            .stopReason(StopReason.TOOL_USE)
            .usage(Usage.of(1, 2))
            .serverInfo(Map.of("id", "a1"))
            .build();
    private static final List<StreamEvent> EVENTS = List.of(
            new StreamEvent.ReasoningDelta("hm", "sig", "", ProviderData.NONE),
            new StreamEvent.ContentDelta("a"),
            new StreamEvent.ToolCallStart("c1", "weather"),
            new StreamEvent.ToolCallComplete(CALL),
            new StreamEvent.MessageStop(StopReason.TOOL_USE, "m", Map.of("id", "a1")),
            new StreamEvent.UsageReported(Usage.of(1, 2)));

    @Test
    void emitsTheWholeAnswerInTheOrderOfEveryStream() {
        Heard heard = new Heard();
        TestProvider.answering(ANSWER).stream(REQUEST).subscribe(heard);
        heard.subscription.request(Long.MAX_VALUE);

        assertThat(heard.events).isEqualTo(EVENTS);
        assertThat(heard.completions).isOne();
        assertThat(heard.failures).isEmpty();
    }

    @Test
    void emitsNoUsageIfItIsUnknown() {
        assertThat(AnswerStream.eventsOf(CompletionResponse.builder().build()))
                .containsExactly(new StreamEvent.MessageStop(StopReason.END_TURN, "", Map.of()));
    }

    @Test
    void emitsNoMoreThanRequested() {
        Heard heard = new Heard();
        TestProvider.answering(ANSWER).stream(REQUEST).subscribe(heard);
        assertThat(heard.events).isEmpty();

        for (int i = 1; i <= EVENTS.size(); i++) {
            assertThat(heard.completions).isZero();
            heard.subscription.request(1);
            assertThat(heard.events).isEqualTo(EVENTS.subList(0, i));
        }
        assertThat(heard.completions).isOne();
    }

    @Test
    void callsTheProviderOncePerSubscription() {
        AtomicInteger asked = new AtomicInteger();
        Flow.Publisher<StreamEvent> stream = TestProvider.of(request -> {
                    asked.incrementAndGet();
                    return CompletableFuture.completedFuture(ANSWER);
                })
                .stream(REQUEST);
        assertThat(asked).hasValue(0);

        stream.subscribe(new Heard());
        stream.subscribe(new Heard());

        assertThat(asked).hasValue(2);
    }

    @Test
    void emitsAnAnswerThatArrivesLater() {
        CompletableFuture<CompletionResponse> pending = new CompletableFuture<>();
        Heard heard = new Heard();
        TestProvider.of(request -> pending).stream(REQUEST).subscribe(heard);
        heard.subscription.request(2);
        assertThat(heard.events).isEmpty();

        pending.complete(ANSWER);

        assertThat(heard.events).isEqualTo(EVENTS.subList(0, 2));
    }

    @Test
    void cancelsTheCallWithTheSubscription() {
        CompletableFuture<CompletionResponse> pending = new CompletableFuture<>();
        Heard heard = new Heard();
        TestProvider.of(request -> pending).stream(REQUEST).subscribe(heard);
        heard.subscription.request(1);

        heard.subscription.cancel();

        assertThat(pending).isCancelled();
        assertThat(heard.failures).isEmpty();
        assertThat(heard.completions).isZero();
    }

    @Test
    void cancelsACallThatStartsDuringTheCancellation() {
        CompletableFuture<CompletionResponse> pending = new CompletableFuture<>();
        Heard heard = new Heard();
        TestProvider.of(request -> {
                    heard.subscription.cancel();
                    return pending;
                })
                .stream(REQUEST)
                .subscribe(heard);

        assertThat(pending).isCancelled();
    }

    @Test
    void makesNoCallIfItIsCancelledAtOnce() {
        AtomicInteger asked = new AtomicInteger();
        TestProvider.of(request -> {
                    asked.incrementAndGet();
                    return CompletableFuture.completedFuture(ANSWER);
                })
                .stream(REQUEST)
                .subscribe(new Heard() {
                    @Override
                    public void onSubscribe(Flow.Subscription upstream) {
                        upstream.cancel();
                    }
                });

        assertThat(asked).hasValue(0);
    }

    @Test
    void emitsNothingAfterACancellation() {
        Heard heard = new Heard() {
            @Override
            public void onNext(StreamEvent event) {
                super.onNext(event);
                subscription.cancel();
            }
        };
        TestProvider.answering(ANSWER).stream(REQUEST).subscribe(heard);
        heard.subscription.request(Long.MAX_VALUE);

        assertThat(heard.events).isEqualTo(EVENTS.subList(0, 1));
        assertThat(heard.completions).isZero();
        assertThat(heard.failures).isEmpty();
    }

    @Test
    void failsWithTheCallWithoutDemand() {
        LlmException failure = new LlmException(Kind.CONNECTION, "Refused.");

        assertThat(failureOf(TestProvider.failing(failure))).isSameAs(failure);
        assertThat(failureOf(TestProvider.of(request -> {
                    throw failure;
                })))
                .isSameAs(failure);
        assertThat(failureOf(TestProvider.of(
                        request -> CompletableFuture.completedFuture(ANSWER).thenApply(answer -> {
                            throw failure;
                        }))))
                .isSameAs(failure);
    }

    @Test
    void failsWithAnLlmExceptionOnly() {
        CompletableFuture<CompletionResponse> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);

        assertThat(kindOf(TestProvider.failing(new IllegalStateException("boom"))))
                .isEqualTo(Kind.SERVER);
        assertThat(kindOf(TestProvider.of(request -> {
                    throw new IllegalStateException("boom");
                })))
                .isEqualTo(Kind.SERVER);
        assertThat(kindOf(TestProvider.of(request -> cancelled))).isEqualTo(Kind.CANCELLED);
        assertThat(kindOf(TestProvider.answering(null))).isEqualTo(Kind.SERVER);
        assertThat(kindOf(TestProvider.of(request -> null))).isEqualTo(Kind.SERVER);
    }

    @Test
    void cancelsTheCallOfASubscriberWithoutDemand() {
        CompletableFuture<CompletionResponse> pending = new CompletableFuture<>();
        Heard heard = new Heard();
        TestProvider.of(request -> pending).stream(REQUEST).subscribe(heard);

        heard.subscription.request(0);

        assertThat(heard.failures).singleElement().isInstanceOf(IllegalArgumentException.class);
        assertThat(pending).isCancelled();
    }

    @Test
    void endsOnceForASubscriberThatThrows() {
        IllegalStateException thrown = new IllegalStateException("boom");

        Heard inNext = hear(heard -> {
            throw thrown;
        });
        assertThat(inNext.failures).containsExactly(thrown);
        assertThat(inNext.completions).isZero();

        Heard afterCancel = hear(heard -> {
            heard.subscription.cancel();
            throw thrown;
        });
        assertThat(afterCancel.failures).isEmpty();

        Heard inComplete = new Heard() {
            @Override
            public void onComplete() {
                super.onComplete();
                throw thrown;
            }
        };
        TestProvider.answering(ANSWER).stream(REQUEST).subscribe(inComplete);
        inComplete.subscription.request(Long.MAX_VALUE);
        assertThat(inComplete.completions).isOne();
        assertThat(inComplete.failures).isEmpty();
    }

    @Test
    void refusesASubscriberThatIsNull() {
        Flow.Publisher<StreamEvent> stream = TestProvider.answering(ANSWER).stream(REQUEST);

        assertThatNullPointerException().isThrownBy(() -> stream.subscribe(null));
    }

    private static Heard hear(Consumer<Heard> inNext) {
        Heard heard = new Heard() {
            @Override
            public void onNext(StreamEvent event) {
                super.onNext(event);
                inNext.accept(this);
            }
        };
        TestProvider.answering(ANSWER).stream(REQUEST).subscribe(heard);
        heard.subscription.request(Long.MAX_VALUE);
        assertThat(heard.events).hasSize(1);
        return heard;
    }

    private static Throwable failureOf(LlmProvider provider) {
        Heard heard = new Heard();
        provider.stream(REQUEST).subscribe(heard);
        assertThat(heard.events).isEmpty();
        assertThat(heard.completions).isZero();
        assertThat(heard.failures).hasSize(1);
        return heard.failures.get(0);
    }

    private static Kind kindOf(LlmProvider provider) {
        return ((LlmException) failureOf(provider)).kind();
    }

    /** Asks for nothing by itself. */
    private static class Heard implements Flow.Subscriber<StreamEvent> {
        final List<StreamEvent> events = new ArrayList<>();
        final List<Throwable> failures = new ArrayList<>();
        int completions;
        Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription upstream) {
            subscription = upstream;
        }

        @Override
        public void onNext(StreamEvent event) {
            events.add(event);
        }

        @Override
        public void onError(Throwable thrown) {
            failures.add(thrown);
        }

        @Override
        public void onComplete() {
            completions++;
        }
    }
}
