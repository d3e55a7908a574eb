package dev.postern.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.call.Instrumentation;
import dev.postern.testkit.WireServer;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a sampler can decide by: the attributes with which a span is created. */
@Timeout(60)
class SamplerTest {
    /** Keeps what it sees, by the name of the span, and drops all spans. */
    private static final class Seeing implements Sampler {
        private final Map<String, Attributes> seen = new ConcurrentHashMap<>();

        @Override
        public SamplingResult shouldSample(
                Context parent,
                String traceId,
                String name,
                SpanKind kind,
                Attributes attributes,
                List<LinkData> links) {
            seen.put(name, attributes);
            return SamplingResult.drop();
        }

        Map<String, Object> of(String span) {
            Map<String, Object> all = new TreeMap<>();
            seen.get(span).forEach((key, value) -> all.put(key.getKey(), value));
            return all;
        }

        @Override
        public String getDescription() {
            return "seeing";
        }
    }

    @Test
    void aSamplerSeesWhatIsKnownWhenASpanBegins() {
        Seeing sampler = new Seeing();
        try (WireServer server = WireServer.openai().answer("Hello");
                OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                        .setTracerProvider(SdkTracerProvider.builder()
                                .setSampler(sampler)
                                .addSpanProcessor(SimpleSpanProcessor.create(InMemorySpanExporter.create()))
                                .build())
                        .build();
                LlmProvider llm = Telemetry.provider(
                        server,
                        Instrumentation.builder()
                                .listener(OpenTelemetryListener.builder(sdk)
                                        .attributes(call -> Attributes.builder()
                                                .put("tenant", call.context().tenant())
                                                .build())
                                        .build())
                                .build())) {
            llm.completions(CompletionRequest.builder()
                    .model("large")
                    .user("Hello")
                    .temperature(0.5)
                    .context(CallContext.builder().tenant("acme").build())
                    .build());

            assertThat(sampler.of("chat large"))
                    .containsEntry("gen_ai.operation.name", "chat")
                    .containsEntry("gen_ai.provider.name", "openai")
                    .containsEntry("gen_ai.request.model", "large")
                    .containsEntry("gen_ai.request.temperature", 0.5)
                    .containsEntry("tenant", "acme");
            assertThat(sampler.of("attempt openai"))
                    .containsEntry("gen_ai.request.model", "large")
                    .containsEntry("server.address", server.uri().getHost())
                    .containsEntry("server.port", (long) server.uri().getPort())
                    .containsEntry("postern.backend", "openai")
                    .containsEntry("postern.attempt.number", 1L)
                    .containsEntry("postern.attempt.why", "first");
        }
    }
}
