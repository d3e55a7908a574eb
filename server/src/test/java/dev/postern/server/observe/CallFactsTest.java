package dev.postern.server.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallContext;
import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.Usage;
import dev.postern.call.Instrumentation;
import dev.postern.json.Json;
import dev.postern.testkit.FakeLlm;
import dev.postern.usage.Price;
import dev.postern.usage.Pricing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallFactsTest {
    private static final Pricing PRICES =
            Pricing.builder("USD").price("*", "m", Price.perMillion("1", "10")).build();

    private final AtomicLong nanos = new AtomicLong();
    private final List<RequestSummary> summaries = new ArrayList<>();
    private final CallFacts facts = new CallFacts(cost -> {});
    private final FakeLlm llm = FakeLlm.named("fake");
    private final LlmProvider observed =
            Instrumentation.builder().listener(facts).build().around(llm);

    private ObservedRequest begin() {
        return new ObservedRequest(
                "r1", "c1", "POST", Instant.parse("2026-01-02T03:04:05.678901Z"), nanos::get, summaries::add);
    }

    private static CompletionRequest request(ObservedRequest of) {
        return CompletionRequest.builder()
                .model("m")
                .user("a secret prompt")
                .context(CallContext.builder().with(ObservedRequest.KEY, of).build())
                .build();
    }

    private static CompletionResponse answer(Usage usage) {
        return CompletionResponse.builder()
                .model("m")
                .content("a secret answer")
                .stopReason(StopReason.END_TURN)
                .usage(usage)
                .build();
    }

    @SuppressWarnings("unchecked") // JSON objects are
    private Map<String, Object> line() {
        assertThat(summaries).hasSize(1);
        String line = AccessLine.of(summaries.get(0));
        assertThat(line).doesNotContain("secret", "\n");
        return (Map<String, Object>) Json.parse(line);
    }

    @Test
    void aLineHasWhatTheRequestAndItsCallDid() {
        facts.prices(Optional.of(PRICES));
        ObservedRequest request = begin();
        request.route("/api/v1/llm/completions");
        request.caller("alice", "acme");
        request.received(120);
        llm.thenAnswer(answer(Usage.of(1_000, 50)));
        observed.completions(request(request));
        nanos.set(TimeUnit.MILLISECONDS.toNanos(1_234));
        request.ended(200, RequestOutcome.ANSWERED, null, 345);

        assertThat(line())
                .containsEntry("time", "2026-01-02T03:04:05.678Z")
                .containsEntry("request_id", "r1")
                .containsEntry("correlation_id", "c1")
                .containsEntry("key", "alice")
                .containsEntry("tenant", "acme")
                .containsEntry("route", "/api/v1/llm/completions")
                .containsEntry("status", 200)
                .containsEntry("outcome", "answered")
                .containsEntry("model", "m")
                .containsEntry("attempts", 1)
                .containsEntry("tokens_in", 1_000)
                .containsEntry("tokens_out", 50)
                .containsEntry("currency", "USD")
                .containsEntry("duration_ms", 1_234)
                .containsEntry("bytes_in", 120)
                .containsEntry("bytes_out", 345)
                .doesNotContainKeys("failure", "first_token_ms", "tokens_cached", "tokens_estimated");
        assertThat(AccessLine.of(summaries.get(0))).contains("\"cost\":0.0015,");
    }

    @Test
    void aRunOfAnAgentIsTheSumOfItsCalls() {
        facts.prices(Optional.of(PRICES));
        ObservedRequest request = begin();
        llm.thenAnswer(answer(Usage.of(10, 1))).thenAnswer(answer(Usage.of(20, 2)));
        observed.completions(request(request));
        observed.completions(request(request));
        request.ended(200, RequestOutcome.ANSWERED, null, 0);

        assertThat(line())
                .containsEntry("calls", 2)
                .containsEntry("attempts", 2)
                .containsEntry("tokens_in", 30)
                .containsEntry("tokens_out", 3)
                .containsKey("cost");
    }

    @Test
    void theFirstTokenOfAStreamIsMeasuredFromTheBeginningOfTheRequest() {
        ObservedRequest request = begin();
        nanos.set(TimeUnit.MILLISECONDS.toNanos(300));
        llm.thenText("a", "b");
        CompletionCollector.collect(observed.stream(request(request))).join();
        nanos.set(TimeUnit.MILLISECONDS.toNanos(900));
        request.ended(200, RequestOutcome.ANSWERED, null, 0);

        assertThat(line()).containsEntry("first_token_ms", 300).containsEntry("duration_ms", 900);
    }

    @Test
    void aLongNameOfAModelIsCut() {
        ObservedRequest request = begin();
        llm.thenFail(LlmException.Kind.NOT_FOUND);
        CompletionRequest asked =
                request(request).toBuilder().model("x".repeat(100_000)).build();
        assertThatThrownBy(() -> observed.completions(asked)).isInstanceOf(LlmException.class);
        request.ended(404, RequestOutcome.FAILED, LlmException.Kind.NOT_FOUND, 0);

        assertThat(AccessLine.of(summaries.get(0))).hasSizeLessThan(1_000);
    }

    @Test
    void largeAndSmallAmountsAreWrittenWithoutAnExponent() {
        facts.prices(Optional.of(PRICES));
        ObservedRequest request = begin();
        llm.thenAnswer(answer(Usage.of(300_000_000, 0)));
        observed.completions(request(request));
        request.ended(200, RequestOutcome.ANSWERED, null, 0);

        assertThat(AccessLine.of(summaries.get(0))).contains("\"cost\":300,");
    }

    @Test
    void anUnknownPriceIsNoCostAtAll() {
        facts.prices(Optional.of(Pricing.builder("USD")
                .price("*", "other", Price.perMillion("1", "1"))
                .build()));
        ObservedRequest request = begin();
        llm.thenAnswer(answer(Usage.of(10, 1)));
        observed.completions(request(request));
        request.ended(200, RequestOutcome.ANSWERED, null, 0);

        assertThat(line()).doesNotContainKeys("cost", "currency").containsEntry("tokens_in", 10);
    }

    @Test
    void withoutPricesThereIsNoCost() {
        ObservedRequest request = begin();
        llm.thenAnswer(answer(Usage.of(10, 1)));
        observed.completions(request(request));
        request.ended(200, RequestOutcome.ANSWERED, null, 0);

        assertThat(line()).doesNotContainKeys("cost", "currency");
    }

    @Test
    void aRequestWithoutACallHasNoTokens() {
        begin().ended(404, RequestOutcome.FAILED, LlmException.Kind.NOT_FOUND, 20);

        assertThat(line())
                .containsEntry("outcome", "failed")
                .containsEntry("failure", "not_found")
                .doesNotContainKeys(
                        "route", "key", "tenant", "backend", "model", "calls", "attempts", "tokens_in", "cost");
    }

    @Test
    void theSummaryWaitsForWhatGoesOnWithoutTheClient() {
        ObservedRequest request = begin();
        Runnable run = request.hold();
        nanos.set(TimeUnit.SECONDS.toNanos(1));
        request.ended(200, RequestOutcome.CANCELLED, null, 0);
        assertThat(summaries).isEmpty();

        nanos.set(TimeUnit.SECONDS.toNanos(60));
        llm.thenAnswer(answer(Usage.of(10, 1)));
        observed.completions(request(request));
        assertThat(summaries).as("the run has not ended").isEmpty();
        run.run();
        run.run();

        assertThat(line())
                .containsEntry("outcome", "cancelled")
                .containsEntry("duration_ms", 1_000)
                .containsEntry("tokens_in", 10);
    }

    @Test
    void hostileTextsStayInsideOfTheirLine() {
        ObservedRequest request = begin();
        request.caller("a\"\n{\"time\":\"forged\"}", "\u2028\u0000</script>");
        request.ended(200, RequestOutcome.ANSWERED, null, 0);

        assertThat(line())
                .containsEntry("key", "a\"\n{\"time\":\"forged\"}")
                .containsEntry("tenant", "\u2028\u0000</script>");
    }
}
