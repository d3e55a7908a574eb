package dev.postern.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Usage;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor.Decision;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.StreamProbe;
import dev.postern.usage.UsageListener.By;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sums by key, and the cost of each call. A token of input costs 1 billionth, a token of output 100. */
@Timeout(60)
class UsageListenerTest {
    private static final Pricing PRICING = Pricing.builder("USD")
            .price("*", "m*", Price.perMillion("0.001", "0.1"))
            .build();

    private final List<CallCost> calls = new ArrayList<>();
    private final UsageListener usage = listener().build();

    private UsageListener.Builder listener() {
        return UsageListener.builder(PRICING).by(By.TENANT, By.MODEL).onCall(calls::add);
    }

    private static LlmProvider around(LlmProvider llm, UsageListener listener) {
        return Instrumentation.builder().listener(listener).build().around(llm);
    }

    private static CompletionRequest request(String tenant, String model) {
        return CompletionRequest.builder()
                .model(model)
                .user("Hello")
                .context(CallContext.builder().tenant(tenant).user("ann").build())
                .build();
    }

    private static UsageKey key(String tenant, String model) {
        return new UsageKey(tenant, "", "", model);
    }

    @Test
    void callsAreSummedByKey() {
        LlmProvider llm = around(FakeLlm.answering("Hi").repeatLast(), usage); // 10 tokens in, 5 out
        llm.completions(request("acme", "m1"));
        llm.completions(request("acme", "m1"));
        llm.completions(request("zeta", "m2"));

        assertThat(usage.totals()).containsOnlyKeys(key("acme", "m1"), key("zeta", "m2"));
        assertThat(usage.totals().get(key("acme", "m1")).spent())
                .isEqualTo(new UsageSum(2, Usage.of(20, 10), new Cost(1_020, "USD"), 0));
        assertThat(usage.total().paid().knownCost()).contains(new Cost(1_530, "USD"));
        assertThat(usage.total().estimated().attempts()).isZero();
        assertThat(calls)
                .extracting(CallCost::total)
                .hasSize(3)
                .allMatch(cost -> cost.orElseThrow().equals(new Cost(510, "USD")));
        assertThat(calls.get(0).context().tenant()).isEqualTo("acme");
    }

    @Test
    void anAttemptBeforeTheLastOneIsWasted() {
        LlmException paid = LlmException.builder(Kind.SERVER, "It failed.")
                .usage(Usage.of(10, 0))
                .build();
        FakeLlm server =
                FakeLlm.named("s").thenFail(paid).thenFail(Kind.OVERLOADED).thenText("Hi");

        around(new RetryingLlm(server, 3), usage).completions(request("acme", "m1"));

        UsageTotals totals = usage.totals().get(key("acme", "m1"));
        assertThat(totals.spent()).isEqualTo(new UsageSum(1, Usage.of(10, 5), new Cost(510, "USD"), 0));
        assertThat(totals.wasted()).isEqualTo(new UsageSum(1, Usage.of(10, 0), new Cost(10, "USD"), 0));
        assertThat(calls.get(0).end().attempts()).isEqualTo(3);
        assertThat(calls.get(0).spent()).contains(new Cost(510, "USD"));
        assertThat(calls.get(0).wasted()).contains(new Cost(10, "USD"));
        assertThat(calls.get(0).total()).contains(new Cost(520, "USD"));
    }

    @Test
    void aCancelledCallIsEstimated() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        UsageListener told = listener().onCall(cost -> ended.countDown()).build();
        LlmProvider llm = around(FakeLlm.answering("1234", "5678").hangAfter(1), told);
        StreamProbe.of(llm.stream(request("acme", "m1"))).expectText("1234").cancel();
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();

        UsageTotals totals = told.totals().get(key("acme", "m1"));
        assertThat(totals.estimated()).isEqualTo(totals.spent());
        assertThat(totals.spent().usage()).isEqualTo(Usage.of(6, 1));
        assertThat(totals.spent().cost().nanos()).isEqualTo(106);
    }

    @Test
    void aCallThatIsCancelledBeforeItsFirstEventCostsTheInput() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        UsageListener told = listener().onCall(cost -> ended.countDown()).build();
        FakeLlm hanging = FakeLlm.named("f").thenHang();
        StreamProbe probe = StreamProbe.of(around(hanging, told).stream(request("acme", "m1")));
        hanging.awaitRequest(0);
        probe.cancel();
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(told.totals().get(key("acme", "m1")).spent().usage()).isEqualTo(Usage.of(6, 0));
    }

    @Test
    void anUnknownPriceIsNotZero() {
        LlmProvider llm = around(FakeLlm.answering("Hi").repeatLast(), usage);
        llm.completions(request("acme", "other"));

        UsageSum spent = usage.totals().get(key("acme", "other")).spent();
        assertThat(spent.unpriced()).isEqualTo(1);
        assertThat(spent.usage()).isEqualTo(Usage.of(10, 5));
        assertThat(spent.knownCost()).isEmpty();
        assertThat(calls.get(0).spent()).isEmpty();
        assertThat(calls.get(0).total()).isEmpty();
    }

    @Test
    void aRefusalCostsNothing() {
        LlmProvider llm = around(FakeLlm.failing(Kind.OVERLOADED), usage);
        catchThrowableOfType(LlmException.class, () -> llm.completions(request("acme", "m1")));

        assertThat(usage.totals()).isEmpty();
        assertThat(calls.get(0).total()).contains(new Cost(0, "USD"));
    }

    @Test
    void aFailureBeforeTheFirstEventCostsTheInput() {
        LlmProvider llm = around(FakeLlm.failing(Kind.TIMEOUT), usage);
        catchThrowableOfType(LlmException.class, () -> llm.completions(request("acme", "m1")));

        UsageTotals totals = usage.totals().get(key("acme", "m1"));
        assertThat(totals.spent()).isEqualTo(new UsageSum(1, Usage.of(6, 0), new Cost(6, "USD"), 0));
        assertThat(totals.estimated()).isEqualTo(totals.spent());
    }

    @Test
    void anAnswerFromACacheCostsNothing() {
        LlmProvider llm = Instrumentation.builder()
                .listener(usage)
                .interceptor(call -> Decision.answer(CompletionResponse.builder()
                        .model("m1")
                        .content("Hi")
                        .usage(Usage.of(9, 9))
                        .build()))
                .build()
                .around(FakeLlm.named("unused"));

        llm.completions(request("acme", "m1"));

        assertThat(usage.totals()).isEmpty();
        assertThat(calls.get(0).end().attempts()).isZero();
        assertThat(calls.get(0).total()).contains(new Cost(0, "USD"));
    }

    @Test
    void theNumberOfKeysIsLimited() {
        UsageListener small = listener().maxKeys(1).build();
        LlmProvider llm = around(FakeLlm.answering("Hi").repeatLast(), small);
        llm.completions(request("a", "m1"));
        llm.completions(request("b", "m1"));
        llm.completions(request("c", "m1"));
        llm.completions(request("a", "m1"));

        assertThat(small.totals().values())
                .extracting(totals -> totals.spent().attempts())
                .containsExactly(2L, 2L);
        assertThat(small.totals()).containsOnlyKeys(key("a", "m1"), UsageKey.OTHERS);
    }

    @Test
    void totalsThatAreTakenBeginAnew() {
        LlmProvider llm =
                around(FakeLlm.answering("Hi").repeatLast(), listener().by().build());
        llm.completions(request("a", "m1"));
        UsageListener one = listener().by(By.USER, By.BACKEND).build();
        around(FakeLlm.answering("Hi"), one).completions(request("a", "m1"));

        UsageKey ann = new UsageKey("", "ann", "fake", "");
        assertThat(one.takeTotals()).containsOnlyKeys(ann);
        assertThat(one.totals()).isEmpty();
        assertThat(one.total().paid().knownCost()).contains(Cost.zero("USD"));
    }

    @Test
    void aListenerInTwoLayersCountsOnce() {
        LlmProvider llm = around(around(FakeLlm.answering("Hi"), usage), usage);
        llm.completions(request("acme", "m1"));

        assertThat(usage.totals())
                .hasSize(1)
                .contains(entry(
                        key("acme", "m1"),
                        new UsageTotals(
                                new UsageSum(1, Usage.of(10, 5), new Cost(510, "USD"), 0),
                                UsageSum.none("USD"),
                                UsageSum.none("USD"))));
    }
}
