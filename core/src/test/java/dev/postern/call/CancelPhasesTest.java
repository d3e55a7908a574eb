package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.Interceptor.Decision;
import dev.postern.testkit.Recorder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cancellation in each phase of a call. The filter is closed once, nothing is sent without need, and the call ends once. */
@Timeout(60)
class CancelPhasesTest {
    private final Witness witness = new Witness();
    private final AtomicInteger subscribed = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    /** Counts its closes. */
    private class Counting implements EventFilter {
        @Override
        public void onOpen() {
            opened.incrementAndGet();
        }

        @Override
        public void onClose(Outcome outcome, @Nullable LlmException failure) {
            assertThat(outcome).isEqualTo(Outcome.CANCELLED);
            closed.incrementAndGet();
        }
    }

    private LlmProvider around(Interceptor interceptor, Flow.Publisher<StreamEvent> answer) {
        return Instrumentation.builder()
                .listener(witness)
                .interceptor(interceptor)
                .build()
                .around(Events.provider(request -> subscriber -> {
                    subscribed.incrementAndGet();
                    answer.subscribe(subscriber);
                }));
    }

    private static Flow.Publisher<StreamEvent> answer() {
        return Events.stream(Events.answer("a", "b"));
    }

    private void pauseHere() {
        inside.countDown();
        try {
            assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitInside() throws InterruptedException {
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private void assertCancelled() throws InterruptedException {
        assertThat(witness.ended().end.outcome()).isEqualTo(Outcome.CANCELLED);
    }

    /** A subscriber that cancels in onSubscribe. */
    private static final class Uninterested implements Flow.Subscriber<StreamEvent> {
        final AtomicInteger signals = new AtomicInteger();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(StreamEvent event) {
            signals.incrementAndGet();
        }

        @Override
        public void onError(Throwable thrown) {
            signals.incrementAndGet();
        }

        @Override
        public void onComplete() {
            signals.incrementAndGet();
        }
    }

    @Test
    void beforeTheInterceptorIsAsked() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Uninterested subscriber = new Uninterested();

        around(
                        call -> {
                            asked.incrementAndGet();
                            return Decision.proceed(new Counting());
                        },
                        answer())
                .stream(Events.HELLO)
                .subscribe(subscriber);

        assertCancelled();
        assertThat(asked).hasValue(0);
        assertThat(subscribed).hasValue(0);
        assertThat(subscriber.signals).hasValue(0);
    }

    @Test
    void whileTheInterceptorDecides() throws Exception {
        Recorder<StreamEvent> stream = Recorder.unbounded();
        LlmProvider llm = around(
                call -> {
                    pauseHere();
                    return Decision.proceed(new Counting());
                },
                answer());
        CompletableFuture<Void> calling = CompletableFuture.runAsync(() -> stream.on(llm.stream(Events.HELLO)));
        awaitInside();

        stream.cancel();
        release.countDown();
        calling.join();

        assertCancelled();
        assertThat(opened).hasValue(0);
        assertThat(closed).hasValue(1);
        assertThat(subscribed).hasValue(0);
        assertThat(witness.only().attempts).isEmpty();
    }

    @Test
    void whileTheProviderIsSubscribed() throws Exception {
        Recorder<StreamEvent> stream = Recorder.unbounded();
        CountDownLatch gone = new CountDownLatch(1);
        LlmProvider llm = around(call -> Decision.proceed(new Counting()), subscriber -> {
            pauseHere();
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {
                    gone.countDown();
                }
            });
        });
        CompletableFuture<Void> calling = CompletableFuture.runAsync(() -> stream.on(llm.stream(Events.HELLO)));
        awaitInside();

        stream.cancel();
        release.countDown();
        calling.join();

        assertCancelled();
        assertThat(closed).hasValue(1);
        assertThat(gone.getCount()).isZero();
    }

    @Test
    void whileAFilterAwaits() throws Exception {
        CompletableFuture<String> awaited = new CompletableFuture<>();
        Recorder<StreamEvent> stream = Recorder.of(around(
                call -> Decision.proceed(new Counting() {
                    @Override
                    public void onEvent(StreamEvent event, Output out) {
                        out.await(awaited, text -> {
                            throw new IllegalStateException("must not run");
                        });
                    }
                }),
                answer())
                .stream(Events.HELLO));

        stream.cancel();

        assertCancelled();
        assertThat(awaited).isCancelled();
        assertThat(closed).hasValue(1);
        assertThat(stream.items()).isEmpty();
    }

    @Test
    void betweenTheLastEventAndTheEnd() throws Exception {
        Recorder<StreamEvent> stream = Recorder.of(around(
                call -> Decision.proceed(new Counting() {
                    @Override
                    public void onEnd(@Nullable LlmException failure, Output out) {
                        out.await(new CompletableFuture<Void>(), never -> {});
                    }
                }),
                answer())
                .stream(Events.HELLO));
        assertThat(stream.awaitItems(4)).hasSize(4);

        stream.cancel();

        assertCancelled();
        assertThat(closed).hasValue(1);
        assertThat(stream.isOver()).isFalse();
        assertThat(witness.only().end.spent().orElseThrow().certainty()).isEqualTo(CallListener.Certainty.REPORTED);
    }

    @Test
    void insideOfOnNext() throws Exception {
        Recorder<StreamEvent> stream = Recorder.unbounded();
        stream.onEach(event -> stream.cancel())
                .on(around(call -> Decision.proceed(new Counting()), answer()).stream(Events.HELLO));

        assertCancelled();
        assertThat(stream.items()).hasSize(1);
        assertThat(closed).hasValue(1);
        assertThat(witness.only().end.progress().events()).isEqualTo(1);
        stream.assertNoViolations();
    }

    @Test
    void insideOfACallback() throws Exception {
        Recorder<StreamEvent> stream = Recorder.unbounded();
        LlmProvider llm = around(
                call -> Decision.proceed(new Counting() {
                    @Override
                    public void onEvent(StreamEvent event, Output out) {
                        pauseHere();
                        out.emit(event);
                    }
                }),
                answer());
        CompletableFuture<Void> calling = CompletableFuture.runAsync(() -> stream.on(llm.stream(Events.HELLO)));
        awaitInside();

        stream.cancel();
        assertThat(closed).hasValue(0); // callbacks come one at a time
        release.countDown();
        calling.join();

        assertCancelled();
        assertThat(closed).hasValue(1);
        assertThat(stream.items()).isEmpty();
    }

    /** The listener cancels the call of which it is told. */
    @Test
    void insideOfAListener() throws Exception {
        Recorder<StreamEvent> stream = Recorder.unbounded();
        CallListener cancelling = call -> new CallListener.CallWatch() {
            @Override
            public CallListener.AttemptWatch attempt(CallListener.AttemptStart attempt) {
                stream.cancel();
                return CallListener.AttemptWatch.NONE;
            }
        };
        LlmProvider llm = Instrumentation.builder()
                .listener(witness)
                .listener(cancelling)
                .interceptor(call -> Decision.proceed(new Counting()))
                .build()
                .around(Events.provider(request -> answer()));

        stream.on(llm.stream(Events.HELLO));

        assertCancelled();
        assertThat(witness.only().attempts.get(0).end.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(closed).hasValue(1);
    }

    /** A whole answer: the future is cancelled while the provider works. */
    @Test
    void ofAWholeAnswer() throws Exception {
        CompletableFuture<List<StreamEvent>> never = new CompletableFuture<>();
        LlmProvider llm = around(
                call -> Decision.proceed(new Counting()),
                dev.postern.flow.FutureStream.of(() -> never, list -> list, thrown -> thrown));

        llm.completionsAsync(CompletionRequest.of("Hello")).cancel(true);

        assertCancelled();
        assertThat(never).isCancelled();
        assertThat(closed).hasValue(1);
    }
}
