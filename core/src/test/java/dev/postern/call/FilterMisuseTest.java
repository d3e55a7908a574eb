package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.call.EventFilter.Output;
import dev.postern.call.Interceptor.Decision;
import dev.postern.testkit.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a filter may do with its output, and what it may not. */
@Timeout(60)
class FilterMisuseTest {
    private @Nullable Throwable thrown;

    private static LlmProvider around(EventFilter filter) {
        return around(call -> Decision.proceed(filter));
    }

    private static LlmProvider around(Interceptor interceptor) {
        return Instrumentation.builder()
                .interceptor(interceptor)
                .build()
                .around(Events.provider(request -> Events.stream(Events.answer("a", "b"))));
    }

    private static CompletionResponse answer(BiConsumer<StreamEvent, Output> onEvent) {
        return around(new EventFilter() {
                    @Override
                    public void onEvent(StreamEvent event, Output out) {
                        onEvent.accept(event, out);
                    }
                })
                .completions(Events.HELLO);
    }

    private static LlmException failure(BiConsumer<StreamEvent, Output> onEvent) {
        return catchThrowableOfType(LlmException.class, () -> answer(onEvent));
    }

    @Test
    void anOutputIsWorthNothingAfterItsCallback() {
        List<Output> leaked = new ArrayList<>();
        answer((event, out) -> {
            leaked.add(out);
            out.emit(event);
        });

        assertThatThrownBy(() -> leaked.get(0).emit(Events.text("late"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> leaked.get(0).wakeAfter(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anOutputBelongsToTheThreadOfItsCallback() {
        CompletionResponse answer = answer((event, out) -> {
            CompletableFuture.runAsync(() -> thrown = catchThrowable(() -> out.emit(Events.text("other thread"))))
                    .join();
            out.emit(event);
        });

        assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessageContaining("on its thread");
        assertThat(answer.content()).isEqualTo("ab");
    }

    @Test
    void aCallbackAwaitsOneStage() {
        LlmException failure = failure((event, out) -> {
            out.await(CompletableFuture.completedFuture(1), one -> {});
            out.await(CompletableFuture.completedFuture(2), two -> {});
        });

        assertThat(failure.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(failure).hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothingIsEmittedAfterAnAwait() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();

        LlmException failure = failure((event, out) -> {
            out.await(stage, one -> {});
            out.emit(event);
        });

        assertThat(failure)
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("FilterMisuseTest");
        assertThat(stage).isCancelled();
    }

    @Test
    void anAwaitInsideOfAnAwaitIsAllowed() {
        CompletionResponse answer = answer((event, out) -> out.await(
                CompletableFuture.completedFuture(1),
                one -> out.await(CompletableFuture.supplyAsync(() -> 2), two -> out.emit(event))));

        assertThat(answer.content()).isEqualTo("ab");
    }

    @Test
    void aStageThatFailsIsTheCauseOfTheFailure() {
        LlmException failure = failure((event, out) ->
                out.await(CompletableFuture.failedFuture(new java.io.IOException("no connection")), never -> {}));

        assertThat(failure).hasMessageContaining("java.io.IOException").hasRootCauseMessage("no connection");
        assertThat(failure.retryable()).isFalse();
    }

    /** An interceptor with its own limit. */
    private record Impatient(CompletableFuture<Integer> stage, Duration waitLimit) implements Interceptor {
        @Override
        public Decision begin(Invocation call) {
            return Decision.proceed(new EventFilter() {
                @Override
                public void onEvent(StreamEvent event, Output out) {
                    out.await(stage, never -> {});
                }
            });
        }
    }

    @Test
    void anAwaitThatNeverEndsFailsAfterTheLimit() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        LlmProvider llm = around(new Impatient(stage, Duration.ofMillis(20)));

        LlmException failure = catchThrowableOfType(LlmException.class, () -> llm.completions(Events.HELLO));

        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure).hasMessageContaining("'Impatient'").hasMessageContaining("waitLimit()");
        assertThat(stage).isCancelled();
    }

    @Test
    void theDeadlineOfTheContextEndsAWait() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        LlmProvider llm = around(new Impatient(stage, Duration.ofHours(1)));
        CompletionRequest request = CompletionRequest.builder()
                .user("Hello")
                .context(CallContext.builder().within(Duration.ofMillis(50)).build())
                .build();

        LlmException failure = catchThrowableOfType(LlmException.class, () -> llm.completions(request));

        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure.refusedBeforeSending()).isTrue();
        assertThat(failure).hasMessageContaining("deadline").hasMessageContaining("'Impatient'");
        assertThat(stage).isCancelled();
    }

    @Test
    void aFailureInOnEndTakesThePlaceOfTheEnd() {
        LlmException stopped = new LlmException(Kind.CONTENT_FILTER, "stopped");
        LlmProvider llm = around(new EventFilter() {
            @Override
            public void onEnd(@Nullable LlmException failure, Output out) {
                out.fail(stopped);
            }
        });

        LlmException failure = catchThrowableOfType(LlmException.class, () -> llm.completions(Events.HELLO));

        assertThat(failure.kind()).isEqualTo(Kind.CONTENT_FILTER);
        assertThat(failure.refusedBeforeSending()).isTrue();
    }

    @Test
    void aCompletionWithoutAMessageStopFails() {
        assertThat(failure((event, out) -> out.complete())).hasMessageContaining("without its message stop");
    }

    @Test
    void aCompletionWithAMessageStopIsAnAnswer() {
        CompletionResponse answer = answer((event, out) -> {
            out.emit(event);
            out.emit(Events.STOP);
            out.complete();
        });

        assertThat(answer.content()).isEqualTo("ab");
        assertThat(answer.usage()).isEmpty(); // it would have come after the end
    }

    @Test
    void aFilterIsWokenAfterATimeWithoutEvents() {
        LlmProvider llm = Instrumentation.builder()
                .interceptor(call -> Decision.proceed(new EventFilter() {
                    private final List<StreamEvent> held = new ArrayList<>();

                    @Override
                    public void onEvent(StreamEvent event, Output out) {
                        held.add(event);
                        out.wakeAfter(Duration.ofMillis(10));
                    }

                    @Override
                    public void onWake(Output out) {
                        held.forEach(out::emit);
                    }
                }))
                .build()
                .around(Events.provider(request -> subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                    private boolean sent;

                    @Override
                    public void request(long n) {
                        if (!sent) {
                            sent = true;
                            subscriber.onNext(Events.text("only"));
                        }
                    }

                    @Override
                    public void cancel() {}
                })));

        Recorder<StreamEvent> stream = Recorder.of(llm.stream(Events.HELLO));

        assertThat(stream.awaitItems(1)).containsExactly(Events.text("only"));
        stream.cancel();
    }
}
