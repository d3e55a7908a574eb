package dev.postern.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.Usage;
import dev.postern.call.Instrumentation;
import dev.postern.server.observe.ObservedRequest;
import dev.postern.server.observe.RequestOutcome;
import dev.postern.testkit.FakeLlm;
import dev.postern.usage.Price;
import dev.postern.usage.Pricing;
import dev.postern.usage.UsageListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {
    private final ServerMetrics metrics = new ServerMetrics();
    private final FakeLlm llm = FakeLlm.named("main");

    @AfterEach
    void close() {
        metrics.close();
    }

    private LlmProvider measured() {
        Instrumentation.Builder with = Instrumentation.builder();
        metrics.listeners().forEach(with::listener);
        return with.build().around(llm);
    }

    private static CompletionRequest request(String model) {
        return CompletionRequest.builder().model(model).user("Hi").build();
    }

    private static CompletionResponse answer(String model) {
        return CompletionResponse.builder()
                .model(model)
                .content("Hello")
                .stopReason(StopReason.END_TURN)
                .usage(Usage.of(7, 3))
                .build();
    }

    /** The sum of all series of a name whose labels contain this text. */
    private double sum(String name, String labels) {
        return metrics.scrape(Map.of())
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(labels))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void callsHaveTheMetricsOfTheGenAiConventions() {
        llm.thenAnswer(answer("m")).thenText("a", "b");
        LlmProvider measured = measured();
        measured.completions(request("m"));
        CompletionCollector.collect(measured.stream(request("m"))).join();

        assertThat(sum("gen_ai_client_inference_duration_seconds_count", "gen_ai_request_model=\"m\""))
                .isEqualTo(2);
        assertThat(sum("gen_ai_client_inference_duration_seconds_bucket", "le=\"+Inf\""))
                .isEqualTo(2);
        assertThat(sum("gen_ai_client_inference_usage_input_tokens_total", "gen_ai_response_model=\"m\""))
                .isEqualTo(17);
        assertThat(sum("gen_ai_client_inference_time_to_first_chunk_seconds_count", ""))
                .isEqualTo(1);
        assertThat(sum("postern_attempt_seconds_count", "postern_backend=\"main\""))
                .isEqualTo(2);
    }

    @Test
    void inventedNamesOfModelsDoNotMakeAnyNumberOfSeries() {
        llm.thenFail(LlmException.Kind.NOT_FOUND).repeatLast();
        LlmProvider measured = measured();
        for (int i = 0; i < 500; i++) {
            CompletionRequest invented = request("invented-" + i);
            assertThatThrownBy(() -> measured.completions(invented)).isInstanceOf(LlmException.class);
        }
        String afterHundreds = metrics.scrape(Map.of());
        assertThat(afterHundreds.lines().filter(line -> line.startsWith("postern_attempt_seconds_count{")))
                .hasSize(21) // 20 names and the rest
                .anySatisfy(line -> assertThat(line).contains("\"other\"").endsWith(" 480"));

        llm.reset().thenAnswer(answer("real")).repeatLast();
        measured.completions(request("real"));
        measured.completions(request("real"));
        assertThat(sum("gen_ai_client_inference_usage_output_tokens_total", "gen_ai_response_model=\"real\""))
                .as("a model that answers has room of its own")
                .isEqualTo(6);
    }

    @Test
    void modelsThatAnswerAreBoundedToo() {
        llm.thenRespond(request -> answer(request.model())).repeatLast();
        LlmProvider measured = measured();
        for (int i = 0; i < 300; i++) {
            measured.completions(request("echoed-" + i));
        }

        assertThat(metrics.scrape(Map.of())
                        .lines()
                        .filter(line -> line.startsWith("gen_ai_client_inference_usage_input_tokens_total{"))
                        .count())
                .isLessThan(400); // each of about 100 names, asked and answered, known and other
        assertThat(sum("gen_ai_client_inference_usage_input_tokens_total", "")).isEqualTo(2_100);
    }

    @Test
    void requestsAreCountedByTheirRouteAndNeverByTheirPath() {
        AtomicLong nanos = new AtomicLong();
        for (String method : new String[] {"GET", "GET", "MAKE-UP"}) {
            ObservedRequest request = new ObservedRequest("r", "c", method, Instant.EPOCH, nanos::get, metrics::accept);
            request.route("/api/v1/agents/{name}");
            nanos.addAndGet(Duration.ofSeconds(3).toNanos());
            request.ended(200, RequestOutcome.ANSWERED, null, 0);
        }
        new ObservedRequest("r", "c", "GET", Instant.EPOCH, nanos::get, metrics::accept)
                .ended(404, RequestOutcome.FAILED, LlmException.Kind.NOT_FOUND, 0);

        String name = "http_server_request_duration_seconds_count";
        assertThat(
                        sum(
                                name,
                                "http_request_method=\"GET\",http_response_status_code=\"200\",http_route=\"/api/v1/agents/{name}\""))
                .isEqualTo(2);
        assertThat(sum(name, "http_request_method=\"_OTHER\"")).isEqualTo(1);
        assertThat(sum(name, "http_route=\"none\"")).isEqualTo(1);
        assertThat(sum("http_server_request_duration_seconds_sum", "")).isEqualTo(9);
    }

    @Test
    void costsAreCountedAndUnknownOnesAreNotZero() {
        Pricing prices = Pricing.builder("USD")
                .price("*", "cheap", Price.perMillion("1000", "0"))
                .build();
        LlmProvider billed = Instrumentation.builder()
                .listener(UsageListener.builder(prices).onCall(metrics::priced).build())
                .build()
                .around(llm.thenAnswer(answer("cheap")).thenAnswer(answer("unknown")));
        billed.completions(request("cheap"));
        billed.completions(request("unknown"));

        assertThat(sum("postern_cost_total", "currency=\"USD\",model=\"cheap\""))
                .isEqualTo(0.007);
        assertThat(sum("postern_cost_total", "unknown")).isZero();
        assertThat(sum("postern_cost_unknown_calls_total", "model=\"unknown\"")).isEqualTo(1);
    }

    @Test
    void tenantsBackendsAndGaugesAreThere() {
        metrics.refused("acme", "requests");
        for (int i = 0; i < 1_000; i++) {
            metrics.refused("tenant-" + i, "requests");
        }
        AtomicLong streams = new AtomicLong(3);
        metrics.gauge("postern.server.streams", "Open streams.", streams::get);
        metrics.counter("postern.access_log.dropped", "Lines.", () -> 5);

        String text = metrics.scrape(Map.of("main", true, "a \"quoted\\ \n name", false));
        assertThat(text)
                .contains("postern_server_refused_total{limit=\"requests\",tenant=\"acme\"} 1.0")
                .contains("postern_server_streams 3.0", "postern_access_log_dropped_total 5.0")
                .contains("postern_backend_available{backend=\"main\"} 1.0")
                .contains("postern_backend_available{backend=\"a \\\"quoted\\\\ \\n name\"} 0.0");
        assertThat(text.lines().filter(line -> line.startsWith("postern_server_refused_total")))
                .hasSize(201);
        assertThat(metrics.scrape(Map.of("main", true)))
                .as("a backend that is gone has no series any more")
                .doesNotContain("quoted");
    }

    @Test
    void theJvmIsThere() {
        assertThat(metrics.scrape(Map.of()))
                .contains(
                        "jvm_memory_used_bytes{area=\"heap\"",
                        "jvm_threads_live_threads ",
                        "jvm_gc_",
                        "process_uptime_seconds");
    }
}
