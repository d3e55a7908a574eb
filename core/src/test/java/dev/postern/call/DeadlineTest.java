package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Outcome;
import dev.postern.flow.Timer;
import dev.postern.testkit.Recorder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The deadline of a context around a provider that knows nothing of it. */
@Timeout(60)
class DeadlineTest {
    private final Witness witness = new Witness();
    private final CountDownLatch cancelled = new CountDownLatch(1);

    private static CompletionRequest within(Duration limit) {
        return Events.HELLO.withContext(CallContext.builder().within(limit).build());
    }

    private LlmProvider around(Flow.Publisher<StreamEvent> answer) {
        return Instrumentation.builder().listener(witness).build().around(Events.provider(request -> answer));
    }

    private void assertTimedOut(Throwable failure) throws Exception {
        assertThat(failure).isInstanceOfSatisfying(LlmException.class, late -> {
            assertThat(late.kind()).isEqualTo(Kind.TIMEOUT);
            assertThat(late.retryable()).isFalse();
            assertThat(late.refusedBeforeSending()).isFalse();
            assertThat(late).hasMessageContaining("deadline");
        });
        Witness.Seen call = witness.ended();
        assertThat(call.end.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(call.attempts.get(0).end.outcome()).isEqualTo(Outcome.FAILED);
    }

    /** Delivers one event to a subscriber that asks at once, and then nothing. */
    private final class Hanging implements Flow.Publisher<StreamEvent> {
        private final AtomicReference<Flow.Subscriber<? super StreamEvent>> subscriber = new AtomicReference<>();

        @Override
        public void subscribe(Flow.Subscriber<? super StreamEvent> to) {
            subscriber.set(to);
            AtomicLong wanted = new AtomicLong();
            to.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    wanted.addAndGet(n);
                }

                @Override
                public void cancel() {
                    cancelled.countDown();
                }
            });
            if (wanted.get() > 0) {
                to.onNext(Events.text("a"));
            }
        }
    }

    @Test
    void aStreamThatHangsIsCancelledAtTheDeadline() throws Exception {
        Hanging hanging = new Hanging();
        Recorder<StreamEvent> stream = Recorder.of(around(hanging).stream(within(Duration.ofSeconds(1))));

        Throwable failure = stream.awaitFailure();

        assertTimedOut(failure);
        assertThat(stream.items()).containsExactly(Events.text("a"));
        assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        hanging.subscriber.get().onNext(Events.text("late"));
        hanging.subscriber.get().onComplete();
        assertThat(stream.items()).hasSize(1);
        stream.assertNoViolations();
    }

    @Test
    void aProviderThatNeverBeginsFailsAtTheDeadline() throws Exception {
        Recorder<StreamEvent> stream = Recorder.of(around(subscriber -> {}).stream(within(Duration.ofMillis(500))));

        assertTimedOut(stream.awaitFailure());
        stream.assertNoViolations();
    }

    @Test
    void aProviderThatThrowsInsteadOfBeginningHasOneEnd() throws Exception {
        LlmProvider llm = around(subscriber -> {
            throw new IllegalStateException("broken");
        });
        Recorder<StreamEvent> stream = Recorder.of(llm.stream(within(Duration.ofSeconds(2))));

        assertThat(stream.awaitFailure()).hasMessageContaining("broken");
        CountDownLatch later = new CountDownLatch(1);
        Timer.system().after(TimeUnit.MILLISECONDS.toNanos(2_500), later::countDown);
        assertThat(later.await(30, TimeUnit.SECONDS))
                .isTrue(); // the deadline is over, and its alarm would have come before
        stream.assertNoViolations();
    }

    @Test
    void aWholeAnswerThatHangsIsCancelledAtTheDeadline() throws Exception {
        CompletableFuture<CompletionResponse> never = new CompletableFuture<>();
        LlmProvider llm = Instrumentation.builder().listener(witness).build().around(new LlmProvider() {
            @Override
            public String name() {
                return "hanging";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                return never;
            }
        });

        LlmException failure =
                catchThrowableOfType(LlmException.class, () -> llm.completions(within(Duration.ofMillis(500))));

        assertTimedOut(failure);
        assertThat(never).isCancelled();
    }

    @Test
    void anAnswerWithinTheDeadlinePasses() throws Exception {
        LlmProvider llm = around(Events.stream(Events.answer("a", "b")));

        assertThat(Recorder.of(llm.stream(within(Duration.ofHours(1)))).awaitComplete())
                .hasSize(4);
        assertThat(witness.ended().end.outcome()).isEqualTo(Outcome.ANSWERED);
    }

    @Test
    void aCancelledStreamIsCancelledInside() throws Exception {
        Recorder<StreamEvent> stream = Recorder.of(around(new Hanging()).stream(within(Duration.ofHours(1))));
        stream.awaitItems(1);

        stream.cancel();

        assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(witness.ended().end.outcome()).isEqualTo(Outcome.CANCELLED);
    }
}
