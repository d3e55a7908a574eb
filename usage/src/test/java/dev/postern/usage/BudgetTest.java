package dev.postern.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Usage;
import dev.postern.call.Instrumentation;
import dev.postern.call.Instrumentation.UsageEstimator;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.StreamProbe;
import dev.postern.usage.InProcessBudgetStore.Balance;
import java.net.ConnectException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a budget reserves, refuses and settles. A token of input costs 1 billionth, a token of output 100. */
@Timeout(60)
class BudgetTest {
    private static final Pricing PRICING = Pricing.builder("USD")
            .price("*", "m", Price.perMillion("0.001", "0.1"))
            .price("*", "free", Price.perMillion("0", "0"))
            .build();
    private static final BudgetWindow DAY = BudgetWindow.perDay(ZoneOffset.UTC);
    private static final BudgetStore.Account ACME = new BudgetStore.Account("tenants", "acme", DAY, "USD");
    private static final long INPUT = 6; // 5 characters of text and 16 of the message are 6 tokens

    private final ManualClock clock = new ManualClock("2026-03-30T23:50:00Z");
    private final InProcessBudgetStore accounts = new InProcessBudgetStore(clock);
    private final SettledStore store = new SettledStore(accounts);

    /** Tells when everything is settled. */
    private static final class SettledStore implements BudgetStore {
        private final BudgetStore store;
        private final CompletableFuture<Long> settled = new CompletableFuture<>();

        SettledStore(BudgetStore store) {
            this.store = store;
        }

        @Override
        public CompletionStage<Answer> reserve(Reservation reservation) {
            return store.reserve(reservation);
        }

        @Override
        public CompletionStage<Void> settle(Lease lease, long nanos) {
            return store.settle(lease, nanos).thenRun(() -> settled.complete(nanos));
        }
    }

    private Budget.Builder budget() {
        return Budget.builder(PRICING)
                .limit(new Cost(10_000, "USD"))
                .window(DAY)
                .answerTokens(50)
                .name("tenants")
                .store(store);
    }

    private static LlmProvider around(LlmProvider llm, Budget budget) {
        return Instrumentation.builder().attemptInterceptor(budget).build().around(llm);
    }

    private static CompletionRequest request(String model) {
        return CompletionRequest.builder()
                .model(model)
                .user("Hello")
                .context(CallContext.builder().tenant("acme").build())
                .build();
    }

    private long settled() throws Exception {
        long nanos = store.settled.get(30, TimeUnit.SECONDS);
        assertThat(accounts.balance(ACME)).isEqualTo(new Balance(nanos, 0));
        return nanos;
    }

    private LlmException failure(LlmProvider llm, CompletionRequest request) {
        return catchThrowableOfType(LlmException.class, () -> llm.completions(request));
    }

    @Test
    void aSuccessCostsWhatTheServerReported() throws Exception {
        around(FakeLlm.answering("Hi").usage(Usage.of(7, 3)), budget().build()).completions(request("m"));

        assertThat(settled()).isEqualTo(307);
    }

    @Test
    void aGatewayMayAskAFallbackOnlyIfTheBudgetSaysSo() {
        Budget.Builder small = budget().limit(new Cost(10, "USD"));
        LlmException ending = failure(around(FakeLlm.answering("Hi"), small.build()), request("m"));
        LlmException moving =
                failure(around(FakeLlm.answering("Hi"), small.fallback(true).build()), request("m"));

        assertThat(ending.kind()).isEqualTo(Kind.QUOTA);
        assertThat(ending.fallbackAllowed()).isFalse();
        assertThat(moving.kind()).isEqualTo(Kind.QUOTA);
        assertThat(moving.fallbackAllowed()).isTrue();
        assertThat(moving.refusedBeforeSending()).isTrue();
    }

    @Test
    void theLargestAnswerIsReservedUpToTheCap() {
        CompletionRequest large = request("m").toBuilder().maxTokens(100_000).build();
        CompletionRequest small = request("m").toBuilder().maxTokens(2).build();
        LlmProvider llm = around(FakeLlm.answering("Hi").thenHang().repeatLast(), budget().build());
        llm.completions(small);
        StreamProbe probe = StreamProbe.of(llm.stream(large));
        probe.request(1);

        assertThat(accounts.balance(ACME).reserved()).isEqualTo(INPUT + 5_000);
        probe.cancel();
    }

    @Test
    void theDearestPriceOfEachTokenIsReserved() {
        Price price = Price.perMillion("0.001", "0.1")
                .cacheReads("0.0001")
                .cacheWrites("0.00125")
                .reasoning("0.2");
        Price longer = Price.perMillion("0.002", "0.1")
                .cacheReads("0.01")
                .cacheWrites("0.003")
                .reasoning("0.05");
        Pricing dear = Pricing.builder("USD")
                .price("*", "m", price.aboveInput(1_000, longer))
                .build();
        FakeLlm fake = FakeLlm.named("f").thenHang().repeatLast();
        LlmProvider llm = around(
                fake,
                Budget.builder(dear)
                        .limit(new Cost(1_000_000, "USD"))
                        .window(DAY)
                        .answerTokens(50)
                        .name("tenants")
                        .store(store)
                        .build());

        StreamProbe small = StreamProbe.of(llm.stream(request("m"))).request(1);
        fake.awaitRequest(0);
        long reserved = accounts.balance(ACME).reserved();
        assertThat(reserved).isEqualTo(8 + 50 * 200); // 6 tokens for 1.25 each, rounded up
        CompletionRequest request =
                request("m").toBuilder().system("x".repeat(4_000)).build(); // 1,000 tokens more
        StreamProbe large = StreamProbe.of(llm.stream(request)).request(1);
        fake.awaitRequest(1);
        assertThat(accounts.balance(ACME).reserved() - reserved).isEqualTo(1_006 * 10 + 50 * 100);
        small.cancel();
        large.cancel();
    }

    @Test
    void anAnswerWithoutUsageIsEstimated() throws Exception {
        around(FakeLlm.answering("12345678").usage(null), budget().build()).completions(request("m"));

        assertThat(settled()).isEqualTo(INPUT + 200);
    }

    @Test
    void aCutAnswerCostsWhatCame() throws Exception {
        failure(around(FakeLlm.answering("1234", "5678").cutAfter(1), budget().build()), request("m"));

        assertThat(settled()).isEqualTo(INPUT + 100);
    }

    @Test
    void aCancelledAnswerCostsWhatCame() throws Exception {
        FakeLlm fake = FakeLlm.answering("1234", "5678").hangAfter(1);
        StreamProbe probe = StreamProbe.of(around(fake, budget().build()).stream(request("m")));
        probe.expectText("1234").cancel();

        assertThat(settled()).isEqualTo(INPUT + 100);
    }

    @Test
    void aFailureAfterSendingCostsTheInput() throws Exception {
        failure(around(FakeLlm.failing(Kind.TIMEOUT), budget().build()), request("m"));

        assertThat(settled()).isEqualTo(INPUT);
    }

    @Test
    void aFailureThatReportsUsageCostsIt() throws Exception {
        LlmException failure = LlmException.builder(Kind.SERVER, "It failed.")
                .usage(Usage.of(20, 1))
                .build();
        failure(around(FakeLlm.named("f").thenFail(failure), budget().build()), request("m"));

        assertThat(settled()).isEqualTo(120);
    }

    @Test
    void whatDidNotRunCostsNothing() throws Exception {
        LlmException refused =
                LlmException.builder(Kind.RATE_LIMITED, "Too many.").status(429).build();
        LlmException unreachable =
                new LlmException(Kind.CONNECTION, "Nothing listens.", new ConnectException("refused"));
        LlmException invalid = LlmException.builder(Kind.INVALID_REQUEST, "Wrong.")
                .refusedBeforeSending(true)
                .build();
        for (LlmException failure : new LlmException[] {refused, unreachable, invalid}) {
            failure(around(FakeLlm.named("f").thenFail(failure), budget().build()), request("m"));
            assertThat(settled()).isZero();
        }
    }

    @Test
    void aListenerCountsWhatABudgetCharges() {
        UsageListener usage = UsageListener.builder(PRICING).by().build();
        Instrumentation with = Instrumentation.builder()
                .listener(usage)
                .attemptInterceptor(budget().build())
                .build();
        for (Kind kind : Kind.values()) {
            failure(with.around(FakeLlm.failing(kind)), request("m"));
        }
        failure(with.around(FakeLlm.answering("1234", "5678").cutAfter(1)), request("m"));

        long charged = accounts.balance(ACME).spent();
        assertThat(usage.total().paid().cost().nanos()).isEqualTo(charged);
        assertThat(charged).isEqualTo(8 * INPUT + 100); // 7 of the kinds, and the answer that was cut
    }

    @Test
    void aCallThatIsCancelledBeforeItsFirstEventCostsTheInput() throws Exception {
        FakeLlm hanging = FakeLlm.named("f").thenHang();
        StreamProbe probe = StreamProbe.of(around(hanging, budget().build()).stream(request("m")));
        hanging.awaitRequest(0);
        probe.cancel();

        assertThat(settled()).isEqualTo(INPUT);
    }

    @Test
    void whatIsOverTheLimitIsRefusedInOneSentence() {
        FakeLlm fake = FakeLlm.answering("Hi").usage(Usage.of(0, 99)).repeatLast();
        LlmProvider llm = around(fake, budget().build());
        llm.completions(request("m"));

        LlmException failure = failure(llm, request("m"));

        assertThat(failure.kind()).isEqualTo(Kind.QUOTA);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure.refusedBeforeSending()).isTrue();
        assertThat(failure)
                .hasMessage("Of the budget 'tenants' of 'acme', 0.00001 USD per day (UTC), 0.0000001 USD are left, and"
                        + " this call may cost 0.000005006 USD; it begins anew at 2026-03-31T00:00:00Z.");
        assertThat(fake.requests()).hasSize(1);
        clock.advance(Duration.ofMinutes(10));
        llm.completions(request("m"));
    }

    @Test
    void eachKeyHasItsOwnBudgetAndLimit() {
        LlmProvider llm = around(
                FakeLlm.answering("Hi").repeatLast(),
                budget().key(CallContext::user)
                        .limits(user -> new Cost(user.equals("ann") ? 10_000 : 10, "USD"))
                        .build());
        CompletionRequest ann =
                request("m").withContext(CallContext.builder().user("ann").build());

        llm.completions(ann);

        assertThat(failure(llm, request("m")))
                .hasMessage(
                        "This call may cost 0.000005006 USD, more than the whole budget 'tenants' of all calls without"
                                + " a key, 0.00000001 USD per day (UTC); lower maxTokens, shorten the request, or raise"
                                + " the budget.");
    }

    @Test
    void anUnknownPriceIsRefusedUnlessTheOperatorAllowsIt() {
        FakeLlm fake = FakeLlm.answering("Hi").repeatLast();

        LlmException failure = failure(around(fake, budget().build()), request("other"));
        assertThat(failure.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(failure).hasMessageContaining("The price of the model 'other' at 'fake' is unknown");
        assertThat(fake.requests()).isEmpty();

        around(fake, budget().unknownPrice(Budget.UnknownPrice.ALLOW).build()).completions(request("other"));
        assertThat(fake.requests()).hasSize(1);
        assertThat(accounts.balance(ACME)).isEqualTo(new Balance(0, 0));
    }

    @Test
    void aFreeModelNeedsNoBudget() {
        LlmProvider llm = around(
                FakeLlm.answering("Hi"), budget().limit(new Cost(0, "USD")).build());

        assertThat(llm.completions(request("free")).content()).isEqualTo("Hi");
    }

    @Test
    void aReservationThatComesAfterACancelIsGivenBack() throws Exception {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        BudgetStore slow = new BudgetStore() {
            @Override
            public CompletionStage<Answer> reserve(Reservation reservation) {
                CompletionStage<Answer> answer = store.reserve(reservation);
                asked.countDown();
                return gate.thenCompose(open -> answer);
            }

            @Override
            public CompletionStage<Void> settle(Lease lease, long nanos) {
                return store.settle(lease, nanos);
            }
        };
        FakeLlm fake = FakeLlm.answering("Hi");
        StreamProbe probe = StreamProbe.of(around(fake, budget().store(slow).build()).stream(request("m")));
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        probe.cancel();
        gate.complete(null);

        assertThat(settled()).isZero();
        assertThat(fake.requests()).isEmpty();
    }

    /** A store that answers with what is thrown or returned here. */
    private record Broken(Supplier<CompletionStage<BudgetStore.Answer>> answer, AtomicInteger asked)
            implements BudgetStore {
        @Override
        public CompletionStage<Answer> reserve(Reservation reservation) {
            asked.incrementAndGet();
            return answer.get();
        }

        @Override
        public CompletionStage<Void> settle(Lease lease, long nanos) {
            return CompletableFuture.completedStage(null);
        }
    }

    private LlmException failureOf(Supplier<CompletionStage<BudgetStore.Answer>> answer) {
        Broken broken = new Broken(answer, new AtomicInteger());
        FakeLlm fake = FakeLlm.answering("Hi").repeatLast();
        LlmProvider llm =
                around(new RetryingLlm(fake, 3), budget().store(broken).build());

        LlmException failure = failure(llm, request("m"));

        assertThat(failure.kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(failure.refusedBeforeSending()).isTrue();
        assertThat(failure.retryable()).isFalse();
        assertThat(broken.asked).hasValue(1);
        assertThat(fake.requests()).isEmpty();
        return failure;
    }

    @Test
    void aStoreThatFailsRefusesTheCall() {
        LlmException down = new LlmException(Kind.CONNECTION, "There is no database.");
        String store = "The store of the budget 'tenants' of 'acme' ";
        String end = ", so the request was not sent; call again when the store works.";

        assertThat(failureOf(() -> CompletableFuture.failedStage(new IllegalStateException("secret"))))
                .hasMessage(store + "failed with java.lang.IllegalStateException" + end);
        assertThat(failureOf(() -> CompletableFuture.failedStage(down)))
                .hasMessage(store + "failed with dev.postern.LlmException of kind CONNECTION" + end)
                .hasRootCause(down);
        assertThat(failureOf(() -> {
                    throw down;
                }))
                .hasMessageContaining("of kind CONNECTION");
        assertThat(failureOf(() -> CompletableFuture.completedStage(null))).hasMessage(store + "gave no answer" + end);
        assertThat(failureOf(() -> CompletableFuture.failedStage(new LlmException(Kind.OVERLOADED, "It is full."))))
                .hasMessage("It is full.");
    }

    @Test
    void aFailureOfAFunctionIsNotOneOfTheBackend() {
        FakeLlm fake = FakeLlm.answering("Hi").repeatLast();
        Budget budget = budget().limits(key -> {
                    throw new LlmException(Kind.CONNECTION, "There is no database.");
                })
                .build();

        LlmException failure = failure(around(new RetryingLlm(fake, 3), budget), request("m"));

        assertThat(failure).hasMessage("There is no database.");
        assertThat(failure.refusedBeforeSending()).isTrue();
        assertThat(failure.retryable()).isFalse();
    }

    @Test
    void whatIsReservedIsSettledIfTheCostCannotBeComputed() throws Exception {
        UsageEstimator estimator = (request, progress) -> {
            if (progress.events() > 0) {
                throw new IllegalStateException("a defect of the estimator");
            }
            return Usage.of(INPUT, 0);
        };
        FakeLlm fake = FakeLlm.answering("Hi").usage(null);

        around(fake, budget().estimator(estimator).build()).completions(request("m"));

        assertThat(settled()).isEqualTo(INPUT + 5_000);
    }

    @Test
    void theEstimatorOfTheInstrumentationIsTheDefault() throws Exception {
        LlmProvider llm = Instrumentation.builder()
                .estimator((request, progress) -> Usage.of(100, progress.events() == 0 ? 0 : 10))
                .attemptInterceptor(budget().build())
                .build()
                .around(FakeLlm.answering("Hi").usage(null));

        llm.completions(request("m"));

        assertThat(settled())
                .isEqualTo(PRICING.cost("fake", "m", Usage.of(100, 10))
                        .orElseThrow()
                        .nanos());
    }

    @Test
    void budgetsWithOneStoreShareNothing() {
        Budget tenants = budget().build();
        Budget users = budget().name("users").key(CallContext::user).build();
        Budget euros = Budget.builder(Pricing.builder("EUR")
                        .price("*", "m", Price.perMillion("0.002", "0.2"))
                        .build())
                .limit(new Cost(20_000, "EUR"))
                .window(DAY)
                .answerTokens(50)
                .name("tenants")
                .store(store)
                .build();
        CompletionRequest sameKey = request("m")
                .withContext(CallContext.builder().tenant("acme").user("acme").build());
        LlmProvider llm = Instrumentation.builder()
                .attemptInterceptor(tenants)
                .attemptInterceptor(users)
                .attemptInterceptor(euros)
                .build()
                .around(FakeLlm.answering("Hi").usage(Usage.of(0, 60)));

        llm.completions(sameKey);

        assertThat(tenants.account("acme")).isEqualTo(ACME);
        assertThat(accounts.balance(ACME)).isEqualTo(new Balance(6_000, 0));
        assertThat(accounts.balance(users.account("acme"))).isEqualTo(new Balance(6_000, 0));
        assertThat(accounts.balance(euros.account("acme"))).isEqualTo(new Balance(12_000, 0));
        assertThat(tenants).hasToString("Budget[tenants, per day (UTC), USD]");
    }

    @Test
    void aBudgetWithAStoreNeedsAName() {
        Budget.Builder unnamed =
                Budget.builder(PRICING).limit(new Cost(1, "USD")).store(store);

        assertThat(catchThrowableOfType(LlmException.class, unnamed::build))
                .hasMessageContaining("needs a name")
                .extracting(LlmException::kind)
                .isEqualTo(Kind.CONFIGURATION);
    }

    @Test
    void aroundCallsItIsRefused() {
        LlmProvider llm =
                Instrumentation.builder().interceptor(budget().build()).build().around(FakeLlm.answering("Hi"));

        assertThat(failure(llm, request("m"))).hasMessageContaining("attemptInterceptor()");
    }

    @Test
    void aLimitInAnotherCurrencyIsRefused() {
        LlmProvider llm = around(
                FakeLlm.answering("Hi"), budget().limit(Cost.of("5", "EUR")).build());

        assertThat(failure(llm, request("m"))).hasMessageContaining("in EUR and the prices are in USD");
    }

    @Test
    void aLimitOfSpeedIsARateLimitWithAWaitingTime() throws Exception {
        BudgetWindow minute = BudgetWindow.rolling(Duration.ofMinutes(1));
        Budget rate = Budget.builder(PRICING)
                .limit(new Cost(1_000, "USD"))
                .window(minute)
                .answerTokens(50)
                .clock(clock)
                .rate(true)
                .build();
        LlmProvider limited =
                around(FakeLlm.answering("Hi").usage(Usage.of(7, 3)).repeatLast(), rate);

        limited.completions(request("m")); // may cost 5,006, more than the limit, which is reserved as a whole
        LlmException refused = failure(limited, request("m"));
        clock.advance(Duration.ofSeconds(62));
        limited.completions(request("m"));

        assertThat(refused).hasMessageContaining("'acme', 0.000001 USD per PT1M, is used up; call again in ");
        assertThat(refused.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(refused.refusedBeforeSending()).isTrue();
        assertThat(refused.retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(61));
    }
}
