package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.AttemptStart;
import dev.postern.call.CallListener.AttemptWatch;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.CallWatch;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.QuietLog;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Random calls: demand, cancellation in every phase, failures before, within and after the answer, answers that hang, retries, filters of
 * every kind, late decisions, listeners and filters that throw. {@code -Dpostern.calls=1000000} makes more of them.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class CallStressTest {
    @RegisterExtension
    static final QuietLog QUIET = QuietLog.of("dev.postern.call");

    private static final int CALLS = Integer.getInteger("postern.calls", 20_000);
    private static final int THREADS = 3;

    private final AtomicInteger callbacks = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger retries = new AtomicInteger();

    private final LlmProvider llm = Instrumentation.builder()
            .listener(throwing())
            .listener(call -> StressPlan.of(call.context()).outer.begin(call))
            .interceptor(new StressInterceptor(1))
            .interceptor(new StressInterceptor(2))
            .attemptInterceptor(new StressInterceptor(3))
            .build()
            .around(Instrumentation.builder()
                    .listener(call -> StressPlan.of(call.context()).inner.begin(call))
                    .attemptInterceptor(new StressInterceptor(4))
                    .build()
                    .around(new Retrying()));

    /** A listener whose callbacks throw now and then. */
    private CallListener throwing() {
        return call -> {
            maybeThrow();
            return new CallWatch() {
                @Override
                public AttemptWatch attempt(AttemptStart attempt) {
                    maybeThrow();
                    return new AttemptWatch() {
                        @Override
                        public void firstToken(Duration sinceStart) {
                            maybeThrow();
                        }

                        @Override
                        public void end(AttemptEnd end) {
                            maybeThrow();
                        }
                    };
                }

                @Override
                public void end(CallEnd end) {
                    maybeThrow();
                }
            };
        };
    }

    private void maybeThrow() {
        int number = callbacks.incrementAndGet();
        if (number % 97 == 0) {
            throw new AssertionError("on purpose");
        } else if (number % 101 == 0) {
            throw new StackOverflowError("on purpose");
        }
    }

    /** A provider that makes up to three attempts. */
    private static final class Retrying implements LlmProvider {
        @Override
        public String name() {
            return "retrying";
        }

        @Override
        public boolean reportsAttempts() {
            return true;
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            return subscriber -> new StressAttempts(request, subscriber).start();
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return CompletionCollector.collect(stream(request));
        }
    }

    @Test
    void eachCallEndsOnceAndLosesNothing() {
        CompletableFuture.allOf(IntStream.range(0, THREADS)
                        .mapToObj(thread -> CompletableFuture.runAsync(
                                () -> {
                                    for (int seed = thread; seed < CALLS; seed += THREADS) {
                                        call(seed);
                                    }
                                },
                                task -> new Thread(task, "caller").start()))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThat(attempts.get()).isGreaterThan(CALLS / 4);
        assertThat(retries.get()).isGreaterThan(CALLS / 50);
    }

    private void call(long seed) {
        StressPlan plan = new StressPlan(seed);
        CompletionRequest request = CompletionRequest.builder()
                .user("Hello")
                .context(CallContext.builder().with(StressPlan.KEY, plan).build())
                .build();
        try {
            if (plan.random.nextInt(4) == 0) {
                whole(plan, request);
            } else {
                stream(plan, request);
            }
            plan.check();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + plan, e);
        }
        attempts.addAndGet(plan.outer.only().attempts.size());
        retries.addAndGet(plan.outer.only().retries.size());
    }

    private void whole(StressPlan plan, CompletionRequest request) {
        CompletableFuture<CompletionResponse> answer = llm.completionsAsync(request);
        plan.steps(answer::isDone, () -> {}, () -> answer.cancel(true));
    }

    private void stream(StressPlan plan, CompletionRequest request) {
        Recorder<StreamEvent> stream = Recorder.requesting(plan.random.nextInt(3));
        int cancelAt = plan.random.nextInt(8) == 0 ? 1 + plan.random.nextInt(3) : -1;
        AtomicInteger seen = new AtomicInteger();
        stream.onEach(event -> {
            if (seen.incrementAndGet() == cancelAt) {
                plan.gone = true;
                stream.cancel();
            }
        });
        stream.on(llm.stream(request));
        plan.steps(stream::isOver, () -> stream.request(1 + seen.get() % 3), stream::cancel);
        stream.assertNoViolations();
    }
}
