package dev.postern.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmProvider;
import dev.postern.call.Instrumentation;
import dev.postern.http.RetryPolicy;
import dev.postern.openai.OpenAiProvider;
import dev.postern.testkit.OpenCalls;
import dev.postern.testkit.WireServer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** OpenTelemetry that keeps spans and metrics in memory, and a provider that is observed by it. */
final class Telemetry implements AutoCloseable {
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .setPropagators(ContextPropagators.create(TextMapPropagator.composite(
                    W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
            .build();

    private final OpenCalls calls = new OpenCalls(); // told after the listener under test

    OpenTelemetry api() {
        return sdk;
    }

    static LlmProvider provider(WireServer server, Instrumentation with) {
        return OpenAiProvider.builder()
                .baseUrl(server.url())
                .apiKey("sk-secret")
                .defaultModel("small")
                .retries(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(2)))
                .instrumentation(with)
                .build();
    }

    LlmProvider provider(WireServer server) {
        return provider(server, builder -> builder);
    }

    LlmProvider provider(WireServer server, UnaryOperator<OpenTelemetryListener.Builder> settings) {
        return provider(server, with(settings).build());
    }

    Instrumentation.Builder with(UnaryOperator<OpenTelemetryListener.Builder> settings) {
        return Instrumentation.builder()
                .listener(settings.apply(OpenTelemetryListener.builder(sdk)).build())
                .listener(calls)
                .binding(OpenTelemetryListener.binding());
    }

    /** All spans that have ended, in the order of their beginning. */
    List<SpanData> spans() {
        calls.awaitEnds();
        return spans.getFinishedSpanItems().stream()
                .sorted((one, other) -> Long.compare(one.getStartEpochNanos(), other.getStartEpochNanos()))
                .toList();
    }

    /** The only span with this name. */
    SpanData span(String name) {
        List<SpanData> found =
                spans().stream().filter(span -> span.getName().equals(name)).toList();
        assertThat(found).as("%s in %s", name, spans()).hasSize(1);
        return found.get(0);
    }

    /** The attributes of a span, by name. */
    static Map<String, Object> attributes(SpanData span) {
        Map<String, Object> all = new TreeMap<>();
        span.getAttributes().forEach((key, value) -> all.put(key.getKey(), value));
        return all;
    }

    /** The metrics so far, by name. */
    Map<String, MetricData> metrics() {
        calls.awaitEnds();
        Map<String, MetricData> all = new TreeMap<>();
        Collection<MetricData> collected = metrics.collectAllMetrics();
        collected.forEach(metric -> all.put(metric.getName(), metric));
        return all;
    }

    /** The sum of a counter over all points with this value of an attribute. */
    static long sum(MetricData counter, String attribute, String value) {
        return counter.getLongSumData().getPoints().stream()
                .filter(point -> value.equals(text(point, attribute)))
                .mapToLong(point -> point.getValue())
                .sum();
    }

    static String text(PointData point, String attribute) {
        return point.getAttributes().get(AttributeKey.stringKey(attribute));
    }

    @Override
    public void close() {
        sdk.close();
    }
}
