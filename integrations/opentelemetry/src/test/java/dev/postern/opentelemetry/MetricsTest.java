package dev.postern.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.Usage;
import dev.postern.genai.GenAi;
import dev.postern.genai.GenAiNames;
import dev.postern.testkit.StreamProbe;
import dev.postern.testkit.WireServer;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The metrics, over real sockets. */
@Timeout(60)
class MetricsTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");

    private final Telemetry telemetry = new Telemetry();

    @AfterEach
    void closes() {
        telemetry.close();
    }

    private static HistogramPointData only(MetricData metric) {
        assertThat(metric.getHistogramData().getPoints()).hasSize(1);
        return metric.getHistogramData().getPoints().iterator().next();
    }

    @Test
    void aStreamHasTimesAndTokens() {
        Usage usage = new Usage(100, 20, OptionalLong.of(30), OptionalLong.empty(), OptionalLong.of(7));
        try (WireServer server = WireServer.openai().answer("a", "b", "c").usage(usage);
                LlmProvider llm = telemetry.provider(server)) {
            StreamProbe.of(llm.stream(REQUEST)).request(20).answer();

            Map<String, MetricData> metrics = telemetry.metrics();
            assertThat(metrics)
                    .containsOnlyKeys(
                            "gen_ai.client.inference.duration",
                            "gen_ai.client.inference.time_to_first_chunk",
                            "gen_ai.client.inference.time_per_output_chunk",
                            "gen_ai.client.inference.usage.input_tokens",
                            "gen_ai.client.inference.usage.output_tokens",
                            "gen_ai.client.inference.usage.cache_read.input_tokens",
                            "gen_ai.client.inference.usage.reasoning.output_tokens",
                            "gen_ai.client.inference.operation.input_tokens",
                            "gen_ai.client.inference.operation.output_tokens");
            MetricData duration = metrics.get("gen_ai.client.inference.duration");
            assertThat(duration.getUnit()).isEqualTo("s");
            assertThat(only(duration).getCount()).isEqualTo(1);
            assertThat(only(duration).getBoundaries()).isEqualTo(GenAi.SECONDS);
            assertThat(Telemetry.text(only(duration), "gen_ai.provider.name")).isEqualTo("openai");
            assertThat(Telemetry.text(only(duration), "gen_ai.request.model")).isEqualTo("small");
            assertThat(Telemetry.text(only(duration), "server.address"))
                    .isEqualTo(server.uri().getHost());
            assertThat(Telemetry.text(only(duration), "error.type")).isNull();
            assertThat(only(metrics.get("gen_ai.client.inference.time_to_first_chunk"))
                            .getCount())
                    .isEqualTo(1);
            assertThat(only(metrics.get("gen_ai.client.inference.time_per_output_chunk"))
                            .getCount())
                    .isEqualTo(2);
            MetricData input = metrics.get("gen_ai.client.inference.usage.input_tokens");
            assertThat(input.getUnit()).isEqualTo("{token}");
            assertThat(Telemetry.sum(input, "gen_ai.token.modality", "text")).isEqualTo(100);
            assertThat(Telemetry.sum(
                            metrics.get("gen_ai.client.inference.usage.output_tokens"),
                            "postern.usage.certainty",
                            "reported"))
                    .isEqualTo(20);
            assertThat(only(metrics.get("gen_ai.client.inference.operation.input_tokens"))
                            .getBoundaries())
                    .hasSize(14)
                    .contains(67108864.0);
        }
    }

    @Test
    void eachAttemptIsCountedAndTheCallOnce() {
        try (WireServer server = WireServer.openai().status(503).status(503).answer("Hello");
                LlmProvider llm = telemetry.provider(server)) {
            llm.completions(REQUEST);

            Map<String, MetricData> metrics = telemetry.metrics();
            MetricData input = metrics.get("gen_ai.client.inference.usage.input_tokens");
            assertThat(Telemetry.sum(input, "gen_ai.token.modality", "text")).isEqualTo(10);
            assertThat(input.getLongSumData().getPoints())
                    .filteredOn(point -> "unknown".equals(Telemetry.text(point, "gen_ai.token.modality")))
                    .singleElement()
                    .satisfies(point -> assertThat(point.getValue()).isZero());
            assertThat(only(metrics.get("gen_ai.client.inference.duration")).getCount())
                    .isEqualTo(1);
            assertThat(metrics).doesNotContainKey("gen_ai.client.inference.time_to_first_chunk");
        }
    }

    @Test
    void aFailureHasItsType() {
        try (WireServer server = WireServer.openai().status(401);
                LlmProvider llm = telemetry.provider(server)) {
            assertThatThrownBy(() -> llm.completions(REQUEST)).isInstanceOf(LlmException.class);

            HistogramPointData point = only(telemetry.metrics().get("gen_ai.client.inference.duration"));
            assertThat(Telemetry.text(point, "error.type")).isEqualTo("authentication");
        }
    }

    @Test
    void theOlderNamesAreAnOption() {
        try (WireServer server = WireServer.openai().answer("a", "b");
                LlmProvider llm = telemetry.provider(server, builder -> builder.names(GenAiNames.V1_41))) {
            StreamProbe.of(llm.stream(REQUEST)).request(20).answer();

            Map<String, MetricData> metrics = telemetry.metrics();
            assertThat(metrics)
                    .containsOnlyKeys(
                            "gen_ai.client.operation.duration",
                            "gen_ai.client.operation.time_to_first_chunk",
                            "gen_ai.client.operation.time_per_output_chunk",
                            "gen_ai.client.token.usage");
            assertThat(metrics.get("gen_ai.client.token.usage")
                            .getHistogramData()
                            .getPoints())
                    .hasSize(2)
                    .allSatisfy(point -> assertThat(point.getSum())
                            .isEqualTo("input".equals(Telemetry.text(point, "gen_ai.token.type")) ? 10 : 5));
        }
    }
}
