package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.CallListener.Why;
import dev.postern.call.Interceptor.Decision;
import dev.postern.testkit.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers that throw where they should fail. Each call ends, and so does each attempt. */
@Timeout(60)
class FailingInsideTest {
    private final Witness witness = new Witness();

    private LlmProvider around(LlmProvider provider) {
        return Instrumentation.builder()
                .listener(witness)
                .interceptor(call -> Decision.proceed(new EventFilter() {}))
                .build()
                .around(provider);
    }

    private static final LlmProvider THROWING = Events.provider(request -> {
        throw new IllegalStateException("on purpose");
    });

    private static final LlmProvider THROWING_WHEN_SUBSCRIBED = Events.provider(request -> subscriber -> {
        throw new IllegalStateException("on purpose");
    });

    private static final LlmProvider WITHOUT_A_STREAM = Events.provider(request -> null);

    private static LlmProvider provider(String name) {
        return switch (name) {
            case "throws" -> THROWING;
            case "throws when subscribed" -> THROWING_WHEN_SUBSCRIBED;
            default -> WITHOUT_A_STREAM;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "throws when subscribed", "returns null"})
    void aProviderThatThrowsFailsTheStream(String how) throws Exception {
        LlmException failure =
                Recorder.of(around(provider(how)).stream(Events.HELLO)).awaitFailure(LlmException.class);

        assertThat(failure).hasMessageContaining("defect of the provider").hasMessageNotContaining("interceptor");
        assertThat(witness.ended().end.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(witness.only().attempts.get(0).end.outcome()).isEqualTo(Outcome.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "throws when subscribed", "returns null"})
    void withAListenerOnlyItIsTheSame(String how) throws Exception {
        LlmProvider llm = Instrumentation.builder().listener(witness).build().around(provider(how));

        assertThat(Recorder.of(llm.stream(Events.HELLO)).awaitFailure()).isInstanceOf(LlmException.class);
        assertThat(witness.ended().end.failure()).isPresent();
        assertThat(witness.only().attempts.get(0).end.failure()).isPresent();
    }

    /** An exchange whose parts throw. */
    private static final class Broken implements CallScope.Exchange<StreamEvent> {
        private final RuntimeException refusal;
        private final Supplier<Flow.Publisher<StreamEvent>> answer;

        Broken(RuntimeException refusal, Supplier<Flow.Publisher<StreamEvent>> answer) {
            this.refusal = refusal;
            this.answer = answer;
        }

        @Override
        public String backend() {
            return "broken";
        }

        @Override
        public String model() {
            return "m";
        }

        @Override
        public String address() {
            return "";
        }

        @Override
        public void use(CompletionRequest request) {
            if (refusal != null) {
                throw refusal;
            }
        }

        @Override
        public Flow.Publisher<StreamEvent> send(CallScope.Attempt attempt) {
            return answer.get();
        }

        @Override
        public LlmException describe(LlmException failure) {
            throw new IllegalStateException("a defect");
        }
    }

    private LlmException failureOf(Broken exchange) {
        return Recorder.of(CallScope.stream(
                        Instrumentation.builder().listener(witness).build(),
                        "test",
                        true,
                        Events.HELLO,
                        request -> CallScope.of(request).attempt(exchange, request, Why.FIRST, false)))
                .awaitFailure(LlmException.class);
    }

    @Test
    void aRefusedRequestIsNoAttempt() throws Exception {
        LlmException refusal = new LlmException(Kind.UNSUPPORTED, "no images");

        assertThat(failureOf(new Broken(refusal, () -> null))).isSameAs(refusal);
        assertThat(witness.ended().attempts).isEmpty();
    }

    @Test
    void anExchangeThatThrowsIsAFailedAttempt() throws Exception {
        LlmException thrown = new LlmException(Kind.CONFIGURATION, "no address");

        assertThat(failureOf(new Broken(null, () -> {
                    throw thrown;
                })))
                .isSameAs(thrown);
        assertThat(witness.ended().attempts.get(0).end.failure()).containsSame(thrown);
    }

    @Test
    void aFailureThatCannotBeDescribedIsToldUnchanged() throws Exception {
        LlmException failure = new LlmException(Kind.SERVER, "broken");

        assertThat(failureOf(new Broken(null, () -> Events.failing(failure)))).isSameAs(failure);
        assertThat(witness.ended().attempts.get(0).end.failure()).containsSame(failure);
    }

    @Test
    void anInterceptorThatCannotBeAskedFailsTheCall() throws Exception {
        LlmProvider llm = Instrumentation.builder()
                .listener(witness)
                .interceptor(new Interceptor() {
                    @Override
                    public Decision begin(Invocation call) {
                        return Decision.proceed();
                    }

                    @Override
                    public boolean isNonBlocking() {
                        throw new IllegalStateException("on purpose");
                    }
                })
                .build()
                .around(Events.provider(request -> Events.stream(Events.answer("never"))));

        catchThrowableOfType(LlmException.class, () -> llm.completions(Events.HELLO));

        assertThat(witness.ended().end.outcome()).isEqualTo(Outcome.FAILED);
    }

    /** The listener adds headers that would break the request; it is told so, and the call goes on. */
    @Test
    void aListenerCannotBreakAnAttemptByAHeader() throws Exception {
        List<Throwable> thrown = new ArrayList<>();
        CallListener adding = call -> new CallListener.CallWatch() {
            @Override
            public CallListener.AttemptWatch attempt(CallListener.AttemptStart attempt) {
                for (String name :
                        List.of("Authorization", "x-api-key", "Cookie", "x-sig", "Host", "x-amz-date", "a b")) {
                    tried(() -> attempt.header(name, "value-of-header"));
                }
                tried(() -> attempt.header("x-note", "two\r\nlines-of-header"));
                attempt.header("traceparent", "00-1");
                return CallListener.AttemptWatch.NONE;
            }

            private void tried(Runnable action) {
                try {
                    action.run();
                } catch (IllegalArgumentException e) {
                    thrown.add(e);
                }
            }
        };

        Instrumentation.builder()
                .listener(adding)
                .build()
                .around(Events.provider(request -> Events.stream(Events.answer("a"))))
                .completions(Events.HELLO);

        assertThat(thrown).hasSize(8).allSatisfy(e -> assertThat(e).hasMessageNotContaining("of-header"));
    }
}
