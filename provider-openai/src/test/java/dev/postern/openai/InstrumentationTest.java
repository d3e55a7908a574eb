package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.call.CallListener;
import dev.postern.call.EventFilter;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor;
import dev.postern.call.Interceptor.Decision;
import dev.postern.http.HttpTransport;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.StreamProbe;
import dev.postern.testkit.WireServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listeners and interceptors over a real transport. */
@Timeout(60)
class InstrumentationTest {
    private static final String KEY = "sk-not-to-be-seen";
    private static final CompletionRequest HI = CompletionRequest.of("Hi");
    private static final RetryPolicy FAST =
            RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(1));

    private final WireServer server = WireServer.openai();
    private final Told told = new Told();
    private final List<AutoCloseable> open = new ArrayList<>();

    /** Records what it is told, and adds a header to each attempt. */
    private static final class Told implements CallListener {
        final List<String> news = new ArrayList<>();
        final List<String> shown = new ArrayList<>();
        final List<AttemptEnd> attempts = new ArrayList<>();
        final List<Retry> retries = new ArrayList<>();
        final CompletableFuture<CallEnd> end = new CompletableFuture<>();

        @Override
        public CallWatch begin(CallStart call) {
            shown.add(call.request() + " " + call.context() + " " + call);
            return new CallWatch() {
                @Override
                public AttemptWatch attempt(AttemptStart attempt) {
                    shown.add(attempt.context() + " " + attempt);
                    news.add(attempt.why() + " of " + attempt.backend() + " " + attempt.model());
                    attempt.header("traceparent", "attempt-" + attempt.number());
                    return new AttemptWatch() {
                        @Override
                        public void head(int status, String serverRequestId, Duration sinceStart) {
                            news.add("head " + status);
                        }

                        @Override
                        public void end(AttemptEnd ended) {
                            news.add(ended.outcome().toString());
                            attempts.add(ended);
                        }
                    };
                }

                @Override
                public void retry(Retry retry) {
                    retries.add(retry);
                }

                @Override
                public void end(CallEnd ended) {
                    end.complete(ended);
                }
            };
        }

        CallEnd end() {
            return end.orTimeout(30, TimeUnit.SECONDS).join();
        }
    }

    private OpenAiProviderBuilder builder(Instrumentation with) {
        return OpenAiProvider.builder()
                .baseUrl(server.url())
                .apiKey(KEY)
                .defaultModel("small")
                .retries(FAST)
                .instrumentation(with);
    }

    private LlmProvider with(Instrumentation.Builder more) {
        OpenAiProvider llm = builder(more.listener(told).build()).build();
        open.add(llm);
        return llm;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        server.close();
    }

    @Test
    void twoInstrumentationsAreBothThere() {
        server.answer("Hello");
        List<String> asked = new ArrayList<>();
        try (OpenAiProvider llm = builder(Instrumentation.builder()
                        .interceptor(call -> {
                            asked.add("first");
                            return Decision.proceed();
                        })
                        .build())
                .instrumentation(Instrumentation.builder()
                        .interceptor(call -> {
                            asked.add("second");
                            return Decision.proceed();
                        })
                        .listener(told)
                        .build())
                .build()) {
            llm.completions(HI);
        }

        assertThat(asked).containsExactly("first", "second");
        assertThat(told.end().attempts()).isEqualTo(1);
    }

    @Test
    void retriesAreAttemptsWithDelays() {
        server.status(503, "Retry-After: 0").status(503).answer("Hello");

        assertThat(with(Instrumentation.builder()).completions(HI).content()).isEqualTo("Hello");

        assertThat(told.end().attempts()).isEqualTo(3);
        assertThat(told.news)
                .containsExactly(
                        "FIRST of openai small",
                        "head 503",
                        "FAILED",
                        "RETRY of openai small",
                        "head 503",
                        "FAILED",
                        "RETRY of openai small",
                        "head 200",
                        "ANSWERED");
        assertThat(told.retries).hasSize(2).allSatisfy(retry -> {
            assertThat(retry.why()).isEqualTo(CallListener.Why.RETRY);
            assertThat(retry.failure().status()).hasValue(503);
            assertThat(retry.toBackend()).isEqualTo("openai");
        });
        assertThat(told.end().spent().orElseThrow().usage()).isEqualTo(Usage.of(10, 5));
        assertThat(told.end().wasted()).isEmpty();
    }

    @Test
    void theHeaderOfAnAttemptIsOnItsOwnRequestOnly() {
        server.status(503).answer("Hello");

        with(Instrumentation.builder()).completions(HI);

        assertThat(server.request(0).header("traceparent")).isEqualTo("attempt-1");
        assertThat(server.request(1).header("traceparent")).isEqualTo("attempt-2");
    }

    @Test
    void aStaleConnectionIsAnAttempt() {
        server.answer("one").stale().answer("two");
        LlmProvider llm = builder(Instrumentation.NONE).build();
        open.add(llm);
        llm.completions(HI);

        // the same transport, so the connection of the first call is idle
        Instrumentation with = Instrumentation.builder().listener(told).build();
        assertThat(with.around(llm).completions(HI).content()).isEqualTo("two");

        assertThat(told.end().attempts()).isEqualTo(2);
        assertThat(told.news).contains("STALE_CONNECTION of openai small");
    }

    @Test
    void anAmendedRequestIsAnAttempt() {
        server.error(400, "max_tokens is not supported, use 'max_completion_tokens'")
                .answer("Hello");
        CompletionRequest limited =
                CompletionRequest.builder().user("Hi").maxTokens(10).build();

        assertThat(with(Instrumentation.builder().attemptInterceptor(call -> Decision.proceed()))
                        .completions(limited)
                        .content())
                .isEqualTo("Hello");

        assertThat(told.end().attempts()).isEqualTo(2);
        assertThat(told.news).contains("AMENDED of openai small");
        assertThat(told.retries.get(0).delay()).isZero();
    }

    @Test
    void aCutStreamHasProgressAndAnEstimate() {
        server.answer("Hel", "lo", " there").cutAfter(2);

        StreamProbe.of(with(Instrumentation.builder()).stream(HI))
                .expectText("Hel")
                .expectText("lo")
                .expectFailure(Kind.INCOMPLETE_STREAM);

        assertThat(told.end().outcome()).isEqualTo(CallListener.Outcome.FAILED);
        assertThat(told.end().progress().textCharacters()).isEqualTo(5);
        assertThat(told.end().spent().orElseThrow().certainty()).isEqualTo(CallListener.Certainty.ESTIMATED);
        assertThat(told.attempts.get(0).progress()).isEqualTo(told.end().progress());
        assertThat(told.attempts.get(0).failure().orElseThrow().backend()).isEqualTo("openai");
    }

    @Test
    void anAnswerThatIsCutBeforeItsFirstEventIsEstimated() {
        server.answer("Hello").cutAfter(0).status(503).answer("Hello");

        StreamProbe.of(with(Instrumentation.builder()).stream(HI))
                .expectText("Hello")
                .expectStop(StopReason.END_TURN)
                .expect(new StreamEvent.UsageReported(Usage.of(10, 5)))
                .expectEnd();

        assertThat(told.end().attempts()).isEqualTo(3);
        assertThat(told.news).containsSubsequence("head 200", "FAILED", "head 503", "FAILED", "head 200", "ANSWERED");
        CallListener.Spent input = told.attempts.get(0).spent().orElseThrow();
        assertThat(input.certainty()).isEqualTo(CallListener.Certainty.ESTIMATED);
        assertThat(input.usage().inputTokens()).isPositive();
        assertThat(input.usage().outputTokens()).isZero();
        assertThat(told.end().wasted()).contains(input); // and nothing for the refusal
    }

    @Test
    void aRefusalOfAnAttemptInterceptorIsNotRetried() {
        AtomicInteger asked = new AtomicInteger();
        LlmProvider llm = with(Instrumentation.builder().attemptInterceptor(call -> {
            asked.incrementAndGet();
            return Decision.refuse(new LlmException(Kind.RATE_LIMITED, "the budget is spent"));
        }));

        LlmException failure = catchThrowableOfType(LlmException.class, () -> llm.completions(HI));

        assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(asked).hasValue(1);
        assertThat(server.requests()).isEmpty();
        assertThat(told.end().attempts()).isZero();
    }

    @Test
    void aRetryableFailureThatAnAttemptInterceptorThrowsIsRetried() {
        server.answer("Hello");
        AtomicInteger asked = new AtomicInteger();
        LlmProvider llm = with(Instrumentation.builder().attemptInterceptor(call -> {
            if (asked.incrementAndGet() == 1) {
                throw new LlmException(Kind.OVERLOADED, "the ledger is busy");
            }
            return Decision.proceed();
        }));

        assertThat(llm.completions(HI).content()).isEqualTo("Hello");
        assertThat(asked).hasValue(2);
        assertThat(told.end().attempts()).isEqualTo(1);
    }

    /** What a filter held back was not seen by anybody, so another attempt can take its place. */
    @Test
    void aStreamThatAFilterHeldBackIsRetried() {
        server.answer("Hel", "lo").cutAfter(1).answer("Hello");
        LlmProvider llm = with(Instrumentation.builder()
                .attemptInterceptor(call -> Decision.proceed(new EventFilter() {
                    private final List<StreamEvent> held = new ArrayList<>();

                    @Override
                    public void onEvent(StreamEvent event, Output out) {
                        held.add(event);
                        if (event instanceof StreamEvent.MessageStop) {
                            held.forEach(out::emit);
                            held.clear();
                        } else if (event instanceof StreamEvent.UsageReported) {
                            out.emit(event);
                        }
                    }
                })));

        StreamProbe.of(llm.stream(HI)).expectText("Hello").expectEnd();

        assertThat(told.end().attempts()).isEqualTo(2);
        assertThat(told.end().wasted()).isPresent();
    }

    @Test
    void theTargetOfEachAttemptIsTheOneOfTheCallersRequest() {
        server.status(503).answer("Hello");
        List<Interceptor.Target> targets = new ArrayList<>();
        LlmProvider llm = with(Instrumentation.builder().attemptInterceptor(call -> {
            targets.add(call.target().orElseThrow());
            return Decision.proceed(call.request().toBuilder().model("other").build(), Interceptor.Decision.PASS);
        }));

        llm.completions(HI);

        assertThat(targets)
                .containsExactly(
                        new Interceptor.Target(1, "openai", "small"), new Interceptor.Target(2, "openai", "small"));
        assertThat(server.request(1).json().text("model")).isEqualTo("other");
        assertThat(told.news).contains("RETRY of openai other");
    }

    private static CompletionRequest within(Duration time) {
        return CompletionRequest.builder()
                .user("Hi")
                .context(CallContext.builder().within(time).build())
                .build();
    }

    @Test
    void afterTheDeadlineNothingIsSent() {
        LlmException failure = catchThrowableOfType(
                LlmException.class, () -> with(Instrumentation.builder()).completions(within(Duration.ofMillis(-1))));

        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure.refusedBeforeSending()).isTrue();
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void theDeadlineEndsAStream() {
        server.answer("Hel", "lo").hangAfter(1);

        StreamProbe.of(with(Instrumentation.builder()).stream(within(Duration.ofMillis(500))))
                .expectText("Hel")
                .expectFailure(Kind.TIMEOUT);

        assertThat(told.end().outcome()).isEqualTo(CallListener.Outcome.FAILED);
        server.awaitClosed(0);
    }

    @Test
    void theDeadlineEndsAWaitOfAnAttemptInterceptorAndNothingIsSent() {
        LlmProvider llm =
                with(Instrumentation.builder().attemptInterceptor(call -> Decision.later(new CompletableFuture<>())));

        LlmException failure =
                catchThrowableOfType(LlmException.class, () -> llm.completions(within(Duration.ofMillis(50))));

        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure.refusedBeforeSending()).isTrue();
        assertThat(server.requests()).isEmpty();
    }

    /** A blocking interceptor cannot be stopped, but what it decides after the deadline sends nothing. */
    @Test
    void aDecisionAfterTheDeadlineSendsNothing() {
        LlmProvider llm = with(Instrumentation.builder().attemptInterceptor(call -> {
            while (!call.context().remaining().orElseThrow().isNegative()) {
                Thread.onSpinWait();
            }
            return Decision.proceed();
        }));

        LlmException failure =
                catchThrowableOfType(LlmException.class, () -> llm.completions(within(Duration.ofMillis(20))));

        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure).hasMessageContaining("before the request was sent");
        assertThat(server.requests()).isEmpty();
    }

    /** The only thread of the transport's executor waits for the call; a late decision must not need it. */
    @Test
    void theOnlyThreadOfAnExecutorMayWaitForACallWithInterceptors() throws Exception {
        server.status(503).answer("Hel", "lo").repeatLast();
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (HttpTransport transport =
                HttpTransport.builder().executor(one).retries(FAST).build()) {
            Interceptor later =
                    call -> Decision.later(CompletableFuture.supplyAsync(() -> Decision.proceed(new EventFilter() {
                        @Override
                        public void onEvent(StreamEvent event, Output out) {
                            out.await(CompletableFuture.supplyAsync(() -> event), out::emit);
                        }
                    })));
            LlmProvider llm = OpenAiProvider.builder()
                    .baseUrl(server.url())
                    .apiKey(KEY)
                    .defaultModel("small")
                    .transport(transport)
                    .instrumentation(Instrumentation.builder()
                            .listener(told)
                            .interceptor(later)
                            .attemptInterceptor(later)
                            .build())
                    .build();

            CompletionResponse answer = one.submit(() -> llm.completions(HI)).get(30, TimeUnit.SECONDS);

            assertThat(answer.content()).isEqualTo("Hello");
        } finally {
            one.shutdownNow();
        }
    }

    @Test
    void nothingThatIsToldShowsAKey() {
        server.error(401, "the key " + KEY + " is wrong").repeatLast();
        CompletionRequest request = CompletionRequest.builder()
                .user("Hi")
                .context(CallContext.builder()
                        .with(CallContext.Key.of("password", String.class), KEY)
                        .build())
                .options(CallOptions.builder().apiKey(KEY).build())
                .build();
        List<String> invocations = new ArrayList<>();
        LlmProvider llm = with(Instrumentation.builder()
                .interceptor(call -> {
                    invocations.add(call.toString());
                    return Decision.proceed();
                })
                .attemptInterceptor(call -> {
                    invocations.add(call.toString());
                    return Decision.proceed();
                }));

        Throwable thrown = catchThrowable(() -> llm.completions(request));

        assertThat(told.end().failure()).isPresent();
        assertThat(invocations).hasSize(2);
        assertThat(told.shown + " " + invocations + " " + told.end() + " " + told.attempts + " " + told.retries + " "
                        + thrown + " " + llm)
                .doesNotContain(KEY);
    }
}
