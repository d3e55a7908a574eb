package dev.postern.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Usage;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.testkit.FakeLlm;
import dev.postern.usage.InProcessBudgetStore.Balance;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * 64 threads make 10,000 random calls of 8 tenants whose budgets do not suffice. Calls are retried, fail before and after they were
 * sent, are cut, hang until they are cancelled, are cancelled at any time, and some decisions of the budget come late.
 */
@Timeout(300)
class BudgetStressTest {
    private static final int THREADS = 64;
    private static final int CALLS = 10_000;
    private static final int TENANTS = 8;
    private static final BudgetWindow MONTH = BudgetWindow.perMonth(ZoneOffset.UTC);
    private static final Pricing PRICING =
            Pricing.builder("USD").price("*", "*", Price.perMillion("1", "2")).build();

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final ExecutorService callers = Executors.newFixedThreadPool(THREADS);
    private final Phaser open = new Phaser(1);
    private final InProcessBudgetStore accounts = new InProcessBudgetStore(new ManualClock("2026-03-10T12:00:00Z"));
    private final AtomicInteger reservations = new AtomicInteger();
    private final RecordingStore store = new RecordingStore(accounts, this::someLate, open);
    private final UsageListener usage = UsageListener.builder(PRICING).build();
    private final SumListener sums = new SumListener();

    /** Sums the tokens by attempts, and by calls. An open call is a party of the phaser. */
    private final class SumListener implements CallListener {
        private final LongAdder byAttempts = new LongAdder();
        private final LongAdder byCalls = new LongAdder();
        private final AtomicInteger attempts = new AtomicInteger();

        private static long tokens(Spent spent) {
            return spent.usage().totalTokens();
        }

        @Override
        public CallWatch begin(CallStart call) {
            open.register();
            return new CallWatch() {
                @Override
                public AttemptWatch attempt(AttemptStart attempt) {
                    attempts.incrementAndGet();
                    return new AttemptWatch() {
                        @Override
                        public void end(AttemptEnd end) {
                            byAttempts.add(end.spent().map(SumListener::tokens).orElse(0L));
                        }
                    };
                }

                @Override
                public void end(CallEnd end) {
                    byCalls.add(end.total().map(SumListener::tokens).orElse(0L));
                    open.arriveAndDeregister();
                }
            };
        }
    }

    @AfterEach
    void stop() {
        callers.shutdownNow();
        timer.shutdownNow();
    }

    /** Each third answer of the store comes a moment later, on another thread. */
    private void someLate(Runnable answer) {
        int number = reservations.incrementAndGet();
        if (number % 3 == 0) {
            timer.schedule(answer, number % 2_000, TimeUnit.MICROSECONDS);
        } else {
            answer.run();
        }
    }

    @Test
    void nothingStaysReservedAndTheOverrunIsBounded() throws Exception {
        Budget budget = Budget.builder(PRICING)
                .limit(Cost.of("0.02", "USD"))
                .window(MONTH)
                .answerTokens(20)
                .name("tenants")
                .store(store)
                .build();
        Instrumentation with = Instrumentation.builder()
                .listener(sums)
                .listener(usage)
                .attemptInterceptor(budget)
                .build();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            int seed = i;
            all.add(callers.submit(() -> call(with, new Random(seed))));
        }
        for (Future<?> each : all) {
            each.get(120, TimeUnit.SECONDS);
        }
        open.awaitAdvanceInterruptibly(open.arrive(), 60, TimeUnit.SECONDS); // all is settled, all ends are told

        assertThat(store.faults()).isEmpty();
        assertThat(accounts.openLeases()).isZero();
        assertThat(store.results()).hasSize(TENANTS).allSatisfy(result -> {
            assertThat(result.open()).isZero();
            assertThat(result.refusals()).isPositive();
            assertThat(result.spent()).isGreaterThan(result.limit() * 9 / 10).isLessThanOrEqualTo(result.allowed());
            assertThat(accounts.balance(budget.account(result.key()))).isEqualTo(new Balance(result.spent(), 0));
        });
        assertThat(sums.byAttempts.sum()).isPositive().isEqualTo(sums.byCalls.sum());
        assertThat(usage.total().paid().usage().totalTokens()).isEqualTo(sums.byAttempts.sum());
        assertThat(sums.attempts.get()).isGreaterThan(CALLS / 4);
    }

    private void call(Instrumentation with, Random random) {
        FakeLlm server = FakeLlm.named("server");
        boolean hangs = false;
        for (int attempt = 0; attempt < 3; attempt++) {
            hangs |= script(server, random);
        }
        LlmProvider llm = with.around(new RetryingLlm(server, 3));
        CompletionRequest request = CompletionRequest.builder()
                .model("m")
                .user("Hello")
                .maxTokens(1 + random.nextInt(40))
                .context(CallContext.builder()
                        .tenant("t" + random.nextInt(TENANTS))
                        .build())
                .build();
        CompletableFuture<CompletionResponse> answer =
                random.nextBoolean() ? llm.completionsAsync(request) : CompletionCollector.collect(llm.stream(request));
        int choice = random.nextInt(8);
        if (choice == 0) {
            answer.cancel(true);
        } else if (hangs || choice == 1) {
            timer.schedule(() -> answer.cancel(true), random.nextInt(3_000), TimeUnit.MICROSECONDS);
        }
        try {
            answer.get(60, TimeUnit.SECONDS);
        } catch (CancellationException e) {
            // as the test wanted
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(LlmException.class);
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError("a call did not end", e);
        }
    }

    /** Adds a random answer. Returns whether it hangs. */
    private boolean script(FakeLlm server, Random random) {
        int kind = random.nextInt(10);
        if (kind == 0) {
            server.thenFail(Kind.OVERLOADED);
        } else if (kind == 1) {
            server.thenFail(LlmException.builder(Kind.RATE_LIMITED, "Too many.")
                    .status(429)
                    .build());
        } else if (kind == 2) {
            server.thenFail(LlmException.builder(Kind.SERVER, "It failed late.")
                    .usage(Usage.of(10, random.nextInt(50)))
                    .build());
        } else if (kind == 3) {
            server.thenHang();
        } else {
            server.thenText("some ", "words ", "of ", "an answer");
            if (random.nextInt(3) > 0) { // now and then it costs more than was reserved
                server.usage(Usage.of(random.nextInt(20), random.nextInt(random.nextInt(20) == 0 ? 500 : 20)));
            } else {
                server.usage(null);
            }
            if (kind == 4) {
                server.cutAfter(random.nextInt(4));
            } else if (kind == 5) {
                server.hangAfter(random.nextInt(4));
            } else if (kind == 6) {
                CompletableFuture<Void> later = new CompletableFuture<>();
                timer.schedule(() -> later.complete(null), random.nextInt(2_000), TimeUnit.MICROSECONDS);
                server.heldUntil(later);
            } else if (kind == 7) {
                server.delayed(Duration.ofNanos(random.nextInt(2_000_000)));
            }
        }
        return kind == 3 || kind == 5;
    }
}
