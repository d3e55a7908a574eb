package dev.postern.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.Usage;
import dev.postern.genai.GenAiNames;
import dev.postern.genai.ProviderNames;
import dev.postern.testkit.StreamProbe;
import dev.postern.testkit.WireServer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The meters, over real sockets. */
@Timeout(60)
class MetersTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Observed observed = new Observed();

    private double count(String name, String... tags) {
        observed.awaitEnds();
        return meters.get(name).tags(tags).counter().count();
    }

    @Test
    void aStreamHasTokensAndTimes() {
        Usage usage = new Usage(100, 20, OptionalLong.of(30), OptionalLong.of(2), OptionalLong.of(7));
        try (WireServer server = WireServer.openai().answer("a", "b", "c").usage(usage);
                LlmProvider llm = observed.provider(server, MeterListener.of(meters))) {
            StreamProbe.of(llm.stream(REQUEST)).request(20).answer();

            String usageOf = "gen_ai.client.inference.usage.";
            assertThat(count(
                            usageOf + "input_tokens",
                            "gen_ai.token.modality",
                            "text",
                            "gen_ai.provider.name",
                            "openai"))
                    .isEqualTo(100);
            assertThat(count(usageOf + "output_tokens", "postern.usage.certainty", "reported"))
                    .isEqualTo(20);
            assertThat(count(usageOf + "cache_read.input_tokens")).isEqualTo(30);
            assertThat(count(usageOf + "reasoning.output_tokens")).isEqualTo(7);
            assertThat(meters.get("gen_ai.client.inference.time_to_first_chunk")
                            .tag("gen_ai.request.model", "small")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("gen_ai.client.inference.time_per_output_chunk")
                            .timer()
                            .count())
                    .isEqualTo(2);
            assertThat(meters.get("gen_ai.client.inference.time_per_output_chunk")
                            .timer()
                            .takeSnapshot()
                            .histogramCounts())
                    .hasSize(14);
            assertThat(meters.get("gen_ai.client.inference.operation.input_tokens")
                            .summary()
                            .max())
                    .isEqualTo(100);
        }
    }

    @Test
    void eachAttemptIsCountedAlsoWithoutTokens() {
        try (WireServer server = WireServer.openai().status(503).answer("Hello");
                LlmProvider llm = observed.provider(server, MeterListener.of(meters))) {
            llm.completions(REQUEST);

            String input = "gen_ai.client.inference.usage.input_tokens";
            assertThat(count(input, "gen_ai.token.modality", "text")).isEqualTo(10);
            assertThat(count(input, "gen_ai.token.modality", "unknown")).isZero();
            assertThat(meters.find("gen_ai.client.inference.time_to_first_chunk")
                            .timer())
                    .isNull();
        }
    }

    @Test
    void theOlderNamesAreAnOption() {
        MeterListener listener = MeterListener.of(meters, GenAiNames.V1_41, ProviderNames.wellKnown());
        try (WireServer server = WireServer.openai().answer("a", "b");
                LlmProvider llm = observed.provider(server, listener)) {
            StreamProbe.of(llm.stream(REQUEST)).request(20).answer();

            assertThat(count("gen_ai.client.token.usage", "gen_ai.token.type", "input"))
                    .isEqualTo(10);
            assertThat(count("gen_ai.client.token.usage", "gen_ai.token.type", "output"))
                    .isEqualTo(5);
            assertThat(meters.getMeters())
                    .extracting(meter -> meter.getId().getName().replace(".histogram", "")) // its buckets
                    .containsOnly(
                            "gen_ai.client.token.usage",
                            "gen_ai.client.operation.time_to_first_chunk",
                            "gen_ai.client.operation.time_per_output_chunk");
        }
    }

    /** Prometheus refuses a meter whose tags have other keys than before. */
    @Test
    void eachMeterHasTheSameTagsForAllCalls() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        try (WireServer server = WireServer.openai()
                        .status(503)
                        .answer("a", "b")
                        .answer("c")
                        .answer("d", "e")
                        .cutAfter(1);
                LlmProvider llm = Observed.provider(
                        server,
                        observed.with(MeterListener.of(meters))
                                .listener(ObservationListener.of(registry))
                                .build())) {
            StreamProbe.of(llm.stream(REQUEST)).request(20).answer();
            llm.completions(REQUEST);
            StreamProbe cut = StreamProbe.of(llm.stream(REQUEST)).request(20);
            cut.expectText("d").expectFailure(dev.postern.LlmException.Kind.INCOMPLETE_STREAM);
        }
        observed.awaitEnds();

        assertThat(meters.find("gen_ai.client.inference.duration").timers()).isNotEmpty();
        assertThat(meters.getMeters().stream()
                        .collect(Collectors.groupingBy(
                                meter -> meter.getId().getName(),
                                Collectors.mapping(MetersTest::keys, Collectors.toSet()))))
                .allSatisfy((name, keys) -> assertThat(keys).as(name).hasSize(1));
    }

    private static List<String> keys(Meter meter) {
        return meter.getId().getTags().stream()
                .map(tag -> tag.getKey())
                .sorted()
                .toList();
    }
}
