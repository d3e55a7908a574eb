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
import dev.postern.Usage;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.AttemptStart;
import dev.postern.call.CallListener.AttemptWatch;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.CallStart;
import dev.postern.call.CallListener.CallWatch;
import dev.postern.call.CallListener.Certainty;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.Interceptor.Decision;
import dev.postern.testkit.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What listeners and interceptors see of a provider that knows nothing of them. */
@Timeout(60)
class CallScopeTest {
    private static final CallContext.Key<String> COLOUR = CallContext.Key.of("colour", String.class);

    private final Log log = new Log();

    /** Records what it is told. */
    static final class Log implements CallListener {
        final List<String> news = new ArrayList<>();
        CallStart start;
        CallEnd end;
        AttemptEnd attemptEnd;

        @Override
        public CallWatch begin(CallStart call) {
            start = call;
            news.add("begin " + call.provider());
            return new CallWatch() {
                @Override
                public AttemptWatch attempt(AttemptStart attempt) {
                    news.add("attempt " + attempt.number() + " " + attempt.why() + " at " + attempt.backend());
                    return new AttemptWatch() {
                        @Override
                        public void end(AttemptEnd over) {
                            news.add("attempt " + over.outcome());
                            attemptEnd = over;
                        }
                    };
                }

                @Override
                public void end(CallEnd over) {
                    news.add("end " + over.outcome());
                    end = over;
                }
            };
        }
    }

    private Instrumentation.Builder with() {
        return Instrumentation.builder().listener(log);
    }

    private static LlmProvider answering(String... texts) {
        return Events.provider(request -> Events.stream(Events.answer(texts)));
    }

    @Test
    void aStreamIsSeen() {
        Recorder<StreamEvent> stream = Recorder.of(with().build().around(answering("a", "bc")).stream(Events.HELLO));

        stream.awaitComplete();

        assertThat(log.news)
                .containsExactly("begin scripted", "attempt 1 FIRST at scripted", "attempt ANSWERED", "end ANSWERED");
        assertThat(log.end.spent().orElseThrow().usage()).isEqualTo(Usage.of(7, 2));
        assertThat(log.end.spent().orElseThrow().certainty()).isEqualTo(Certainty.REPORTED);
        assertThat(log.end.model()).isEqualTo("m1");
        assertThat(log.end.progress().textCharacters()).isEqualTo(3);
        assertThat(log.end.progress().events()).isEqualTo(4);
        assertThat(log.end.attempts()).isEqualTo(1);
    }

    @Test
    void aCancelledStreamIsSeenWithAnEstimate() {
        Recorder<StreamEvent> stream = Recorder.requesting(1);
        with().build().around(answering("some text", "more")).stream(Events.HELLO)
                .subscribe(stream);

        stream.cancel();

        assertThat(log.news).endsWith("attempt CANCELLED", "end CANCELLED");
        assertThat(log.end.spent().orElseThrow().certainty()).isEqualTo(Certainty.ESTIMATED);
        assertThat(log.end.progress().textCharacters()).isEqualTo(9);
        assertThat(log.end.backend()).isEqualTo("scripted");
    }

    @Test
    void aFailureIsSeen() {
        LlmException failure = new LlmException(Kind.OVERLOADED, "busy");
        LlmProvider llm = with().build().around(Events.provider(request -> Events.failing(failure)));

        catchThrowableOfType(LlmException.class, () -> llm.completions(Events.HELLO));

        assertThat(log.news).endsWith("attempt FAILED", "end FAILED");
        assertThat(log.end.failure()).containsSame(failure);
        assertThat(log.end.spent()).isEmpty();
    }

    @Test
    void aCallWithTheChildOfAContextIsACallOfItsOwn() {
        Log inner = new Log();
        List<String> outer = new ArrayList<>();
        LlmProvider below = Instrumentation.builder().listener(inner).build().around(answering("b"));
        LlmProvider llm = with().interceptor(call -> {
                    outer.add(call.callId());
                    below.completions(Events.HELLO.withContext(call.context().child()));
                    return Decision.proceed();
                })
                .build()
                .around(answering("a"));

        llm.completions(Events.HELLO.withContext(
                CallContext.builder().tenant("acme").with(COLOUR, "red").build()));

        assertThat(outer).doesNotContain(inner.start.callId());
        assertThat(outer).containsExactly(inner.start.context().parent());
        assertThat(inner.start.context().id()).isEqualTo(log.start.context().id());
        assertThat(inner.start.context().tenant()).isEqualTo("acme");
        assertThat(inner.start.context().get(COLOUR)).contains("red");
        assertThat(log.end.attempts()).isEqualTo(1);
        assertThat(CallContext.NONE.child()).isSameAs(CallContext.NONE);
    }

    @Test
    void aWholeAnswerThatNobodyChangesIsTheSameObject() {
        CompletionResponse original =
                CompletionResponse.builder().content("Hi").model("m").build();
        LlmProvider llm = with().interceptor(call -> Decision.proceed(new EventFilter() {}))
                .attemptInterceptor(call -> Decision.proceed())
                .build()
                .around(new Whole(original));

        assertThat(llm.completions(Events.HELLO)).isSameAs(original);
    }

    @Test
    void aWholeAnswerThatIsChangedIsCollected() {
        CompletionResponse original = CompletionResponse.builder()
                .content("Hi")
                .model("m")
                .usage(Usage.of(1, 2))
                .build();
        LlmProvider llm = with().interceptor(call -> Decision.proceed(new EventFilter() {
                    @Override
                    public void onEvent(StreamEvent event, Output out) {
                        out.emit(event instanceof StreamEvent.ContentDelta ? Events.text("Ho") : event);
                    }
                }))
                .build()
                .around(new Whole(original));

        CompletionResponse changed = llm.completions(Events.HELLO);

        assertThat(changed.content()).isEqualTo("Ho");
        assertThat(changed.usage()).contains(Usage.of(1, 2));
        assertThat(changed.model()).isEqualTo("m");
    }

    @Test
    void anAnswerOfAnInterceptorIsACallWithoutAttempts() {
        CompletionResponse cached = CompletionResponse.builder()
                .content("cached")
                .usage(Usage.of(3, 3))
                .build();
        LlmProvider llm = with().interceptor(new Cache(cached)).build().around(answering("never"));

        assertThat(llm.completions(Events.HELLO).content()).isEqualTo("cached");
        assertThat(log.news).containsExactly("begin scripted", "end ANSWERED");
        assertThat(log.end.answeredBy()).isEqualTo("Cache");
        assertThat(log.end.attempts()).isZero();
        assertThat(log.end.spent()).isEmpty();
    }

    private record Cache(CompletionResponse known) implements Interceptor {
        @Override
        public Decision begin(Invocation call) {
            return Decision.answer(known);
        }
    }

    @Test
    void aRefusalIsNotRetryableAndSendsNothing() {
        AtomicInteger asked = new AtomicInteger();
        LlmProvider llm = with().interceptor(call -> Decision.refuse(new LlmException(Kind.RATE_LIMITED, "too many")))
                .build()
                .around(Events.provider(request -> {
                    asked.incrementAndGet();
                    return Events.stream(Events.answer("never"));
                }));

        LlmException refused = catchThrowableOfType(LlmException.class, () -> llm.completions(Events.HELLO));

        assertThat(refused.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(refused.retryable()).isFalse();
        assertThat(refused.refusedBeforeSending()).isTrue();
        assertThat(asked).hasValue(0);
    }

    @Test
    void whatAnInterceptorThrowsNamesIt() {
        LlmProvider llm = with().interceptor(new Broken()).build().around(answering("never"));

        LlmException failure = catchThrowableOfType(LlmException.class, () -> llm.completions(Events.HELLO));

        assertThat(failure)
                .hasMessageContaining("'Broken'")
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .extracting(LlmException::retryable)
                .isEqualTo(false);
    }

    private static final class Broken implements Interceptor {
        @Override
        public Decision begin(Invocation call) {
            throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void aFilterThatLosesTheStopFailsTheCall() {
        LlmProvider llm = with().interceptor(call -> Decision.proceed(new EventFilter() {
                    @Override
                    public void onEvent(StreamEvent event, Output out) {
                        if (event instanceof StreamEvent.ContentDelta) {
                            out.emit(event);
                        }
                    }
                }))
                .build()
                .around(answering("a"));

        assertThat(catchThrowableOfType(LlmException.class, () -> llm.completions(Events.HELLO)))
                .hasMessageContaining("without its message stop");
    }

    @Test
    void attributesAndIdsReachWhatIsBelow() {
        List<CallContext> below = new ArrayList<>();
        LlmProvider llm = Instrumentation.builder()
                .listener(call -> {
                    call.carry(COLOUR, "red");
                    return CallWatch.NONE;
                })
                .interceptor(call -> Decision.proceed(CompletionRequest.of("Another question"), new EventFilter() {}))
                .build()
                .around(Events.provider(request -> {
                    below.add(request.context());
                    return Events.stream(Events.answer("a"));
                }));

        llm.completions(Events.HELLO);

        assertThat(below).hasSize(1);
        assertThat(below.get(0).get(COLOUR)).contains("red");
        assertThat(below.get(0).id()).hasSize(16);
    }

    @Test
    void oneListenerAtTwoPlacesIsToldOnce() {
        Instrumentation twice = with().build();
        LlmProvider llm = twice.around(twice.around(answering("a")));

        llm.completions(Events.HELLO);

        assertThat(log.news)
                .containsExactly("begin scripted", "attempt 1 FIRST at scripted", "attempt ANSWERED", "end ANSWERED");
    }

    @Test
    void aLateDecisionOfACancelledCallIsClosed() {
        CompletableFuture<Decision> decision = new CompletableFuture<>();
        CompletableFuture<Outcome> closed = new CompletableFuture<>();
        Recorder<StreamEvent> stream = Recorder.of(
                with().interceptor(call -> Decision.later(decision)).build().around(answering("never")).stream(
                        Events.HELLO));

        stream.cancel();
        decision.complete(Decision.proceed(new EventFilter() {
            @Override
            public void onClose(Outcome outcome, LlmException failure) {
                closed.complete(outcome);
            }
        }));

        assertThat(closed.join()).isEqualTo(Outcome.CANCELLED);
        assertThat(log.news).containsExactly("begin scripted", "end CANCELLED");
    }

    @Test
    void aWholeAnswerThatWasCutIsEstimated() {
        CompletionResponse half =
                CompletionResponse.builder().content("12345678").build();
        LlmProvider llm = with().build()
                .around(new Failing(LlmException.builder(Kind.INCOMPLETE_STREAM, "It was cut.")
                        .answer(half)
                        .build()));

        catchThrowableOfType(LlmException.class, () -> llm.completions(Events.HELLO));

        assertThat(log.attemptEnd.spent())
                .hasValueSatisfying(spent -> assertThat(spent.certainty()).isEqualTo(Certainty.ESTIMATED))
                .hasValueSatisfying(
                        spent -> assertThat(spent.usage().outputTokens()).isEqualTo(2));
        assertThat(log.attemptEnd.progress().events()).isZero();
    }

    /** A provider of whole answers that fails. */
    private record Failing(LlmException failure) implements LlmProvider {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** A provider of whole answers only. */
    private record Whole(CompletionResponse answer) implements LlmProvider {
        @Override
        public String name() {
            return "whole";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return CompletableFuture.completedFuture(answer);
        }
    }
}
