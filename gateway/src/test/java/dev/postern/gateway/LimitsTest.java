package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.flow.Timer;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limits of a backend: concurrent calls, calls per minute and queued calls. */
@Timeout(60)
class LimitsTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    private final ManualTimer clock = new ManualTimer();
    private final ScriptedBackend main = new ScriptedBackend("main");
    private final ScriptedBackend spare = new ScriptedBackend("spare");

    private Gateway gateway(BackendPolicy policy) {
        return builder(policy).build();
    }

    private GatewayBuilder builder(BackendPolicy policy) {
        return Gateway.builder()
                .backend("main", main, policy)
                .backend("spare", spare)
                .timer(clock);
    }

    private static Recorder<StreamEvent> stream(Gateway gateway) {
        return Recorder.of(gateway.stream(HELLO));
    }

    @Test
    void aCallOverTheLimitWaitsForARunningCall() {
        Gateway gateway = gateway(BackendPolicy.builder().maxConcurrent(2).build());
        List<Recorder<StreamEvent>> streams =
                List.of(stream(gateway), stream(gateway), stream(gateway), stream(gateway));
        assertThat(main.count()).isEqualTo(2);

        main.call(1).completes();
        assertThat(main.count()).isEqualTo(3);
        main.call(0).fails(new LlmException(Kind.INVALID_REQUEST, "no"));
        assertThat(main.count()).isEqualTo(4);
        main.call(2).completes();
        main.call(3).completes();

        streams.get(2).awaitComplete();
        streams.get(3).awaitComplete();
    }

    @Test
    void aCancelledCallReleasesItsPermit() {
        Gateway gateway = gateway(BackendPolicy.builder().maxConcurrent(1).build());
        Recorder<StreamEvent> running = stream(gateway);
        stream(gateway);

        running.cancel();

        assertThat(main.count()).isEqualTo(2);
        assertThat(main.call(0).isCancelled()).isTrue();
    }

    /** A timer that runs an action once, when the time is read for the n-th time. */
    private static final class HookedTimer implements Timer {
        private final Timer timer;
        private int readsLeft = -1;
        private Runnable action = () -> {};

        HookedTimer(Timer timer) {
            this.timer = timer;
        }

        void atRead(int number, Runnable hook) {
            readsLeft = number;
            action = hook;
        }

        boolean hasRun() {
            return readsLeft < 0;
        }

        @Override
        public long nanoTime() {
            if (readsLeft >= 0 && --readsLeft < 0) {
                action.run();
            }
            return timer.nanoTime();
        }

        @Override
        public Runnable after(long nanos, Runnable task) {
            return timer.after(nanos, task);
        }
    }

    @Test
    void aCallThatIsCancelledAtAnyMomentOfItsAdmissionUsesNoRate() {
        int moments = 0;
        for (boolean reached = true; reached; moments++) {
            ScriptedBackend backend = new ScriptedBackend("main");
            HookedTimer hooked = new HookedTimer(clock);
            Gateway gateway = Gateway.builder()
                    .backend(
                            "main",
                            backend,
                            BackendPolicy.builder().requestsPerMinute(1).build())
                    .timer(hooked)
                    .build();
            stream(gateway);
            int moment = moments;
            gateway.stream(HELLO).subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    hooked.atRead(moment, subscription::cancel);
                }

                @Override
                public void onNext(StreamEvent item) {}

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onComplete() {}
            });
            reached = hooked.hasRun();

            if (reached) {
                clock.advance(Duration.ofMinutes(1));
                stream(gateway);
                assertThat(backend.count()).as("cancelled at read %s", moment).isEqualTo(2);
            }
        }
        assertThat(moments).isGreaterThan(1);
    }

    @Test
    void aQueuedCallThatIsCancelledIsNeverSent() {
        Gateway gateway = gateway(BackendPolicy.builder().maxConcurrent(1).build());
        stream(gateway);
        Recorder<StreamEvent> waiting = stream(gateway);
        Recorder<StreamEvent> next = stream(gateway);

        waiting.cancel();
        main.call(0).completes();

        assertThat(main.count()).isEqualTo(2);
        main.call(1).completes();
        next.awaitComplete();
        assertThat(waiting.isOver()).isFalse();
    }

    @Test
    void aFullQueueIsReportedAsOverloaded() {
        Gateway gateway =
                gateway(BackendPolicy.builder().maxConcurrent(1).maxQueued(1).build());
        stream(gateway);
        stream(gateway);

        LlmException failure = stream(gateway).awaitFailure(LlmException.class);

        assertThat(failure.kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure.backend()).isEqualTo("main");
        assertThat(failure)
                .hasMessage("The backend 'main' is at its limit of calls, and its queue of 1 is full; retry later, or"
                        + " raise its limits.");
    }

    @Test
    void aFullQueueLeadsToTheFallbackAndDoesNotCountAsAFailure() {
        Gateway gateway = builder(BackendPolicy.builder()
                        .maxConcurrent(1)
                        .maxQueued(0)
                        .coolDown(1, Duration.ofMinutes(1))
                        .build())
                .fallbacks("main", List.of("spare"))
                .build();
        stream(gateway);
        stream(gateway);
        assertThat(spare.count()).isOne();

        main.only().completes();
        stream(gateway);

        assertThat(main.count()).isEqualTo(2);
    }

    @Test
    void aFullQueueHasARetryAfter() {
        Gateway concurrent =
                gateway(BackendPolicy.builder().maxConcurrent(1).maxQueued(0).build());
        stream(concurrent);
        assertThat(stream(concurrent).awaitFailure(LlmException.class).retryAfter())
                .contains(Duration.ofSeconds(1));

        Gateway paced = gateway(
                BackendPolicy.builder().requestsPerMinute(10).maxQueued(0).build());
        stream(paced);
        clock.advance(Duration.ofSeconds(2));
        assertThat(stream(paced).awaitFailure(LlmException.class).retryAfter()).contains(Duration.ofSeconds(4));
    }

    @Test
    void fiveHundredCallsAreQueuedByDefault() {
        Gateway gateway = gateway(BackendPolicy.builder().maxConcurrent(2).build());
        List<Recorder<StreamEvent>> batch = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            batch.add(stream(gateway));
        }

        for (int i = 0; i < 500; i++) {
            main.call(i).completes();
        }

        batch.forEach(Recorder::awaitComplete);
    }

    @Test
    void theCallsOfAMinuteAreSpreadEvenly() {
        Gateway gateway = gateway(BackendPolicy.builder().requestsPerMinute(6).build());
        for (int i = 0; i < 5; i++) {
            stream(gateway);
        }
        assertThat(main.count()).isOne();

        for (int begun = 2; begun <= 5; begun++) {
            clock.advance(Duration.ofSeconds(10).minusNanos(1));
            assertThat(main.count()).isEqualTo(begun - 1);
            clock.advance(Duration.ofNanos(1));
            assertThat(main.count()).isEqualTo(begun);
        }
    }

    @Test
    void afterAnIdleTimeATenthOfTheCallsPerMinuteStartsAtOnce() {
        Gateway gateway = gateway(BackendPolicy.builder().requestsPerMinute(60).build());
        clock.advance(Duration.ofHours(1));
        for (int i = 0; i < 20; i++) {
            stream(gateway);
        }
        assertThat(main.count()).isEqualTo(6);

        clock.advance(Duration.ofSeconds(3));
        assertThat(main.count()).isEqualTo(9);
    }

    @Test
    void theBurstCanBeSet() {
        BackendPolicy policy =
                BackendPolicy.builder().requestsPerMinute(60).requestsBurst(15).build();
        Gateway gateway = gateway(policy);
        for (int i = 0; i < 20; i++) {
            stream(gateway);
        }

        assertThat(main.count()).isEqualTo(15);
        assertThat(policy.requestsBurst()).isEqualTo(15);
        assertThat(policy.toBuilder().build().requestsBurst()).isEqualTo(15);
        assertThat(policy.toBuilder().requestsPerMinute(0).build().requestsBurst())
                .isEqualTo(15);
        assertThat(BackendPolicy.builder().requestsPerMinute(600).build().requestsBurst())
                .isEqualTo(60);
        assertThat(BackendPolicy.builder().requestsPerMinute(3).build().requestsBurst())
                .isOne();
    }

    @Test
    void aLargeBurstWithASmallRateDoesNotOverflow() {
        Gateway gateway = gateway(BackendPolicy.builder()
                .requestsPerMinute(1)
                .requestsBurst(Integer.MAX_VALUE)
                .build());
        for (int i = 0; i < 100; i++) {
            stream(gateway);
        }

        assertThat(main.count()).isEqualTo(100);
    }

    /** The call runs longer than the interval of the rate limit: only its end admits the next one, not a timer. */
    @Test
    void aLongCallUnderBothLimitsSetsNoTimers() {
        Gateway gateway = gateway(
                BackendPolicy.builder().maxConcurrent(1).requestsPerMinute(1).build());
        stream(gateway);
        stream(gateway);
        clock.advance(Duration.ofMinutes(1));
        int timers = clock.scheduled();

        clock.advance(Duration.ofNanos(1000));

        assertThat(clock.scheduled()).isEqualTo(timers);
        assertThat(main.count()).isOne();
        main.only().completes();
        assertThat(main.count()).isEqualTo(2);
    }

    @Test
    void aCallThatEndsBeforeTheRateIntervalAdmitsTheNextOnTime() {
        Gateway gateway = gateway(
                BackendPolicy.builder().maxConcurrent(1).requestsPerMinute(1).build());
        stream(gateway);
        stream(gateway);
        clock.advance(Duration.ofSeconds(20));
        main.only().completes();
        assertThat(main.count()).isOne();

        clock.advance(Duration.ofSeconds(39));
        assertThat(main.count()).isOne();
        clock.advance(Duration.ofSeconds(1));
        assertThat(main.count()).isEqualTo(2);
    }

    @Test
    void callsQueuedDuringAReloadFinishOnTheOldBackend() {
        ScriptedBackend fresh = new ScriptedBackend("main");
        Gateway gateway = gateway(BackendPolicy.builder().maxConcurrent(1).build());
        stream(gateway);
        Recorder<StreamEvent> waiting = stream(gateway);

        gateway.reload(Gateway.builder().backend("main", fresh).timer(clock));
        Recorder<StreamEvent> later = stream(gateway);
        main.call(0).completes();
        assertThat(main.isClosed()).isFalse();
        main.call(1).completes();
        fresh.only().completes();

        waiting.awaitComplete();
        later.awaitComplete();
        assertThat(main.isClosed()).isTrue();
    }

    @Test
    void theTotalTimeoutEndsAQueuedCall() {
        Gateway gateway = builder(BackendPolicy.builder().maxConcurrent(1).build())
                .totalTimeout(Duration.ofSeconds(5))
                .build();
        stream(gateway);
        clock.advance(Duration.ofSeconds(1));
        Recorder<StreamEvent> waiting = stream(gateway);
        clock.advance(Duration.ofSeconds(4)); // ends the first call and admits the second
        assertThat(main.count()).isEqualTo(2);
        Recorder<StreamEvent> third = stream(gateway);
        clock.advance(Duration.ofSeconds(1));
        assertThat(waiting.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(main.count()).isEqualTo(3);
        Recorder<StreamEvent> fourth = stream(gateway);
        clock.advance(Duration.ofSeconds(4));
        assertThat(third.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        fourth.cancel();
    }

    @Test
    void closeReleasesAllQueuedCalls() {
        Gateway gateway = gateway(
                BackendPolicy.builder().maxConcurrent(1).requestsPerMinute(1).build());
        stream(gateway);
        stream(gateway);

        gateway.close();

        assertThat(main.count()).isEqualTo(2); // the closed backend fails the calls
    }

    /** Calls start, end and are cancelled on many threads: the limit is never exceeded, and no permit is lost. */
    @Test
    void theLimitHoldsUnderStress() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        LlmProvider backend = new LlmProvider() {
            @Override
            public String name() {
                return "busy";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                return CompletableFuture.supplyAsync(() -> {
                    Thread.yield();
                    inside.decrementAndGet();
                    return CompletionResponse.builder().content("ok").build();
                });
            }
        };
        Gateway gateway = Gateway.builder()
                .backend(
                        "busy",
                        backend,
                        BackendPolicy.builder()
                                .maxConcurrent(3)
                                .maxQueued(10_000)
                                .build())
                .build();
        int threads = 8;
        int calls = 500;
        CountDownLatch done = new CountDownLatch(threads * calls);
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread caller = new Thread(() -> {
                for (int i = 0; i < calls; i++) {
                    var answer = gateway.completionsAsync(HELLO);
                    var unused = answer.whenComplete((ok, failed) -> done.countDown());
                }
            });
            callers.add(caller);
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(gateway.completions(HELLO).content()).isEqualTo("ok");
    }

    @Test
    void queuedCallsWithImmediateAnswersDoNotNestOnTheStack() {
        CompletableFuture<CompletionResponse> first = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        LlmProvider prompt = new LlmProvider() {
            @Override
            public String name() {
                return "prompt";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                return asked.getAndIncrement() == 0
                        ? first
                        : CompletableFuture.completedFuture(
                                CompletionResponse.builder().build());
            }
        };
        int calls = 20_000;
        Gateway gateway = Gateway.builder()
                .backend(
                        "prompt",
                        prompt,
                        BackendPolicy.builder()
                                .maxConcurrent(1)
                                .maxQueued(calls)
                                .build())
                .build();
        List<CompletableFuture<CompletionResponse>> answers = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            answers.add(gateway.completionsAsync(HELLO));
        }

        first.complete(CompletionResponse.builder().build());

        assertThat(answers.stream().filter(answer -> !answer.isDone()).count()).isZero();
    }
}
