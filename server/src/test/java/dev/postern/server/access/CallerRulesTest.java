package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Usage;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor;
import dev.postern.gateway.Gateway;
import dev.postern.testkit.FakeLlm;
import dev.postern.usage.InProcessBudgetStore;
import dev.postern.usage.Price;
import dev.postern.usage.Pricing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gateway does with callers that may not use all of it. */
@Timeout(60)
class CallerRulesTest {
    private static final Pricing PRICES =
            Pricing.builder("EUR").price("*", "m", Price.perMillion("1", "10")).build();

    private final Keys.Clock clock = new Keys.Clock();
    private final FakeLlm main =
            FakeLlm.named("main").thenText("from main").usage(Usage.of(100, 50)).repeatLast();
    private final FakeLlm other = FakeLlm.named("other")
            .thenText("from other")
            .usage(Usage.of(100, 50))
            .repeatLast();
    private final List<String> refused = new ArrayList<>();
    private Gateway gateway;

    private static Instrumentation rules() {
        return Instrumentation.builder()
                .interceptor(new AskedBackend())
                .attemptInterceptor(new CallerRules())
                .build();
    }

    private Gateway gateway(FakeLlm first) {
        Instrumentation.Builder all =
                Instrumentation.builder().interceptor(new AskedBackend()).attemptInterceptor(new CallerRules());
        List<Interceptor> budgets = CallerBudget.all(
                () -> PRICES,
                new InProcessBudgetStore(clock),
                clock,
                (tenant, limit) -> refused.add(tenant + " " + limit));
        budgets.forEach(all::attemptInterceptor);
        gateway = Gateway.builder()
                .backend("main", first)
                .backend("other", other)
                .defaultBackend("main")
                .fallbacks("main", List.of("other"))
                .instrumentation(all.build())
                .build();
        return gateway;
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private static Caller caller(String backend, String model, CallerLimits limits) {
        return new Caller(
                "id01",
                "ann",
                "acme",
                false,
                false,
                NamePatterns.of(List.of(backend)),
                NamePatterns.of(List.of(model)),
                limits);
    }

    private static CompletionRequest request(String backend, String model, Caller caller) {
        return CompletionRequest.builder()
                .backend(backend)
                .model(model)
                .maxTokens(50)
                .user("Hello")
                .context(CallContext.builder().with(Caller.CONTEXT, caller).build())
                .build();
    }

    private LlmException failure(CompletionRequest request) {
        LlmException failure = catchThrowableOfType(LlmException.class, () -> gateway.completions(request));
        assertThat(failure).as("the call was made").isNotNull();
        return failure;
    }

    @Test
    void aBackendThatIsNotAllowedIsNotAsked() {
        gateway(main);
        Caller caller = caller("oth*", "*", CallerLimits.NONE);
        LlmException failure = failure(request("main", "m", caller));

        assertThat(failure.kind()).isEqualTo(Kind.PERMISSION);
        assertThat(failure.code()).isEqualTo(AccessException.NOT_ALLOWED);
        assertThat(failure).hasMessageContaining("may not use the backend 'main'");
        assertThat(main.requests()).isEmpty();
        assertThat(other.requests()).as("the fallback is not asked instead").isEmpty();
        assertThat(gateway.completions(request("other", "m", caller)).content()).isEqualTo("from other");
    }

    @Test
    void aFallbackThatIsNotAllowedIsNotAsked() {
        gateway(FakeLlm.named("main").thenFail(Kind.OVERLOADED).repeatLast());
        LlmException failure = failure(request("main", "m", caller("main", "*", CallerLimits.NONE)));

        assertThat(failure.code()).isEqualTo(AccessException.NOT_ALLOWED);
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(other.requests()).isEmpty();
    }

    @Test
    void aMemberOfAGroupThatIsNotAllowedIsSkipped() {
        gateway = Gateway.builder()
                .backend("main", main)
                .backend("other", other)
                .group("pool", Map.of("main", 1_000_000, "other", 1))
                .defaultBackend("pool")
                .instrumentation(rules())
                .build();
        Caller caller = caller("other", "*", CallerLimits.NONE);
        for (int i = 0; i < 5; i++) {
            assertThat(gateway.completions(request("pool", "m", caller)).content())
                    .isEqualTo("from other");
        }

        assertThat(main.requests()).isEmpty();
        assertThat(failure(request("pool", "m", caller("third", "*", CallerLimits.NONE)))
                        .code())
                .isEqualTo(AccessException.NOT_ALLOWED);
    }

    @Test
    void aBackendInCoolDownIsAskedIfItsFallbackIsNotAllowed() {
        gateway(FakeLlm.named("main")
                .thenFail(Kind.QUOTA) // opens the breaker at once
                .thenText("from main")
                .repeatLast());
        Caller caller = caller("main", "*", CallerLimits.NONE);
        failure(request("main", "m", caller));

        assertThat(gateway.completions(request("main", "m", caller)).content()).isEqualTo("from main");
        assertThat(other.requests()).isEmpty();
    }

    @Test
    void aModelThatIsNotAllowedIsNotAsked() {
        gateway(main);
        Caller caller = caller("*", "gpt-*", CallerLimits.NONE);

        assertThat(failure(request("main", "m", caller))).hasMessageContaining("may not use the model 'm'");
        assertThat(failure(request("main", "", caller))).hasMessageContaining("default model of 'main'");
        assertThat(main.requests()).isEmpty();
        assertThat(gateway.completions(request("main", "gpt-5", caller)).content())
                .isEqualTo("from main");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "models", "Fallbacks", "route", "model_list", "provider"})
    void aVendorFieldMayNotChooseAnotherModel(String field) {
        gateway(main);
        CompletionRequest request = request("main", "gpt-5", caller("*", "gpt-*", CallerLimits.NONE)).toBuilder()
                .extra(Map.of(field, List.of("claude-opus")))
                .build();

        assertThat(failure(request)).hasMessageContaining("may not use the vendor field '" + field + "'");
        assertThat(main.requests()).isEmpty();
        CompletionRequest free = request.toBuilder()
                .context(request("main", "m", caller("*", "*", CallerLimits.NONE))
                        .context())
                .build();
        if (!field.equals("model")) { // a provider refuses it in any case
            assertThat(gateway.completions(free).content()).isEqualTo("from main");
        }
    }

    @Test
    void tokensPerMinuteAreARateLimitThatBlamesNoBackend() {
        gateway(main);
        Caller caller = caller("*", "*", new CallerLimits(0, 0, 300, 0, 0, 0, 0));
        gateway.completions(request("main", "m", caller)); // uses 150
        gateway.completions(request("main", "m", caller));
        for (int i = 0; i < 10; i++) {
            LlmException failure = failure(request("main", "m", caller));
            assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
            assertThat(failure.retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(62));
        }

        assertThat(main.requests()).hasSize(2);
        assertThat(other.requests()).as("no fallback").isEmpty();
        assertThat(gateway.completions(request("main", "m", caller("*", "*", CallerLimits.NONE)))
                        .content())
                .as("the backend is available to others")
                .isEqualTo("from main");
        clock.now = clock.now.plusSeconds(62);
        gateway.completions(request("main", "m", caller));
        assertThat(refused).hasSize(10).containsOnly("acme tokens_per_minute");
    }

    @Test
    void tokensAndCostOfADayAreBudgets() {
        gateway(main);
        Caller tokens = caller("*", "*", new CallerLimits(0, 0, 0, 200, 0, 0, 0));
        gateway.completions(request("main", "m", tokens));
        assertThat(failure(request("main", "m", tokens)).kind()).isEqualTo(Kind.QUOTA);
        clock.now = clock.now.plus(Duration.ofDays(1));
        gateway.completions(request("main", "m", tokens));

        // 100 tokens of input and 50 of output cost 0.0006 EUR
        Caller cost = caller("*", "*", new CallerLimits(0, 0, 0, 0, 0, 1_000_000, 0));
        gateway.completions(request("main", "m", cost));
        LlmException spent = failure(request("main", "m", cost));
        assertThat(spent.kind()).isEqualTo(Kind.QUOTA);
        assertThat(spent)
                .hasMessageContaining("'cost per day' of 'id01', 0.001 EUR per day (UTC), 0.0004 EUR are left");
    }
}
