package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.gateway.Gateway;
import dev.postern.testkit.FakeLlm;
import dev.postern.usage.BudgetStore;
import dev.postern.usage.BudgetWindow;
import dev.postern.usage.Cost;
import dev.postern.usage.InProcessBudgetStore;
import dev.postern.usage.Price;
import dev.postern.usage.Pricing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An answer costs 510 millionths at the first backend and 51 at the second one; about 100 times as much is reserved. */
@Timeout(60)
class TenantBudgetTest {
    private static final Pricing PRICING = Pricing.builder("USD")
            .price("dear", "*", Price.perMillion("1", "100"))
            .price("cheap", "*", Price.perMillion("0.1", "10"))
            .build();

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-01T12:00:00Z"));
    private final InstantSource clock = now::get;
    private final InProcessBudgetStore store = new InProcessBudgetStore(clock);
    private final FakeLlm dear =
            FakeLlm.named("dear").thenFail(Kind.TIMEOUT).thenText("Hi").repeatLast();
    private final FakeLlm cheap = FakeLlm.named("cheap").thenText("Hi").repeatLast();

    private LlmProvider llm() {
        return llm(dear, store);
    }

    private LlmProvider llm(LlmProvider first, BudgetStore store) {
        return Gateway.builder()
                .backend("dear", first)
                .backend("cheap", cheap)
                .defaultBackend("dear")
                .fallbacks("dear", List.of("cheap"))
                .instrumentation(TenantBudget.of(
                        PRICING, Map.of("acme", Cost.of("0.101", "USD")), Cost.of("0.0001", "USD"), store))
                .build();
    }

    private static CompletionRequest request(String tenant) {
        return CompletionRequest.builder()
                .user("Hello")
                .context(CallContext.builder().tenant(tenant).build())
                .build();
    }

    private long spent(String tenant) {
        InProcessBudgetStore.Balance balance =
                store.balance(new BudgetStore.Account("tenants", tenant, BudgetWindow.perDay(ZoneOffset.UTC), "USD"));
        assertThat(balance.reserved()).isZero();
        return balance.spent();
    }

    @Test
    void eachAttemptIsPaidAtThePriceOfItsBackend() {
        try (LlmProvider llm = llm()) {
            llm.completions(request("acme")); // the first backend may have read the 6 tokens; the second one answered

            assertThat(spent("acme")).isEqualTo(6_000 + 51_000);
        }
    }

    @Test
    void aTenantWhoseBudgetIsSpentWaitsForTheNextDay() {
        try (LlmProvider llm = llm()) {
            llm.completions(request("acme"));
            llm.completions(request("acme"));
            LlmException refused = null;
            for (int i = 0; i < 3 && refused == null; i++) {
                refused = catchThrowableOfType(LlmException.class, () -> llm.completions(request("acme")));
            }

            assertThat(refused.kind()).isEqualTo(Kind.QUOTA);
            assertThat(refused).hasMessageContaining("'acme'").hasMessageContaining("2026-05-02T00:00:00Z");
            int asked = dear.requests().size() + cheap.requests().size();
            now.set(now.get().plus(Duration.ofHours(12)));
            llm.completions(request("acme"));
            assertThat(dear.requests().size() + cheap.requests().size()).isEqualTo(asked + 1);
        }
    }

    @Test
    void anUnknownTenantHasTheSmallBudget() {
        try (LlmProvider llm = llm()) {
            LlmException refused = catchThrowableOfType(LlmException.class, () -> llm.completions(request("")));

            assertThat(refused.kind()).isEqualTo(Kind.QUOTA);
            assertThat(dear.requests()).isEmpty();
        }
    }

    /** A store whose database can be down. */
    private static final class Remote implements BudgetStore {
        private final BudgetStore store;
        private boolean down = true;

        Remote(BudgetStore store) {
            this.store = store;
        }

        @Override
        public CompletionStage<Answer> reserve(Reservation reservation) {
            return down
                    ? CompletableFuture.failedStage(new LlmException(Kind.CONNECTION, "There is no database."))
                    : store.reserve(reservation);
        }

        @Override
        public CompletionStage<Void> settle(Lease lease, long nanos) {
            return store.settle(lease, nanos);
        }
    }

    @Test
    void noBackendIsBlamedForAStoreThatIsDown() {
        Remote remote = new Remote(store);
        FakeLlm first = FakeLlm.named("dear").thenText("Hi").repeatLast();
        try (LlmProvider llm = llm(first, remote)) {
            for (int i = 0; i < 20; i++) { // many more than open a circuit breaker
                LlmException refused = catchThrowableOfType(LlmException.class, () -> llm.completions(request("acme")));
                assertThat(refused.kind()).isEqualTo(Kind.OVERLOADED);
            }
            remote.down = false;

            llm.completions(request("acme"));

            assertThat(first.requests()).hasSize(1);
            assertThat(cheap.requests()).isEmpty();
        }
    }
}
