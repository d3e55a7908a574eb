package dev.postern.opentelemetry;

import dev.postern.agent.RunListener;
import dev.postern.genai.GenAi;
import dev.postern.genai.GenAiNames;
import dev.postern.genai.shared.GenAiAgents;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Makes spans and metrics of the runs of agents and of their tool calls, by the newest GenAI conventions of OpenTelemetry. Needs {@code
 * postern-agents}.
 *
 * <pre>{@code
 * Agent agent = Agent.builder(llm).name("helper").listener(OpenTelemetryRunListener.of(openTelemetry)).build();
 * }</pre>
 *
 * <p>A run is a span {@code invoke_agent AGENT}, a tool call a span {@code execute_tool TOOL} below it. The parent of a run is found as
 * {@link OpenTelemetryListener} finds that of a call. Both spans are carried down as {@link OpenTelemetryListener#CONTEXT}: the calls of a
 * run to its model are its children if that listener sees them, and the run of an agent that a tool call asks is a child of the tool
 * call. Tokens are on the calls only.
 *
 * <p>Thread-safe. Arguments and results of tools are not recorded unless {@link #withContent} says so.
 */
public final class OpenTelemetryRunListener implements RunListener {
    final Tracer tracer;
    final DoubleHistogram runs;
    final DoubleHistogram tools;
    final LongHistogram modelCalls;
    final LongHistogram toolCalls;
    final boolean content;
    private final OpenTelemetry openTelemetry;

    private OpenTelemetryRunListener(OpenTelemetry openTelemetry, boolean content) {
        this.openTelemetry = openTelemetry;
        this.content = content;
        String schema = Instruments.schema(GenAiNames.LATEST);
        tracer = openTelemetry
                .getTracerProvider()
                .tracerBuilder("dev.postern")
                .setSchemaUrl(schema)
                .build();
        Meter meter = openTelemetry
                .getMeterProvider()
                .meterBuilder("dev.postern")
                .setSchemaUrl(schema)
                .build();
        runs = Instruments.seconds(meter, GenAiAgents.RUN_DURATION, "The time that runs of agents take.");
        tools = Instruments.seconds(meter, GenAiAgents.TOOL_DURATION, "The time that tool calls take.");
        modelCalls = counts(meter, GenAiAgents.RUN_INFERENCE_CALLS, "How often a run asked its model.");
        toolCalls = counts(meter, GenAiAgents.RUN_TOOL_CALLS, "How many tool calls a run made.");
    }

    private static LongHistogram counts(Meter meter, String name, String description) {
        return meter.histogramBuilder(name)
                .ofLongs()
                .setUnit("{call}")
                .setDescription(description)
                .setExplicitBucketBoundariesAdvice(GenAiAgents.COUNTS)
                .build();
    }

    /** A listener that records no content. */
    public static OpenTelemetryRunListener of(OpenTelemetry openTelemetry) {
        return new OpenTelemetryRunListener(Objects.requireNonNull(openTelemetry, "openTelemetry"), false);
    }

    /**
     * This listener, which also records the arguments and results of tools, up to 32,768 characters each. They may hold personal data.
     */
    public OpenTelemetryRunListener withContent() {
        return new OpenTelemetryRunListener(openTelemetry, true);
    }

    @Override
    public RunWatch begin(RunStart run) {
        Context parent = OpenTelemetryListener.parent(run.context());
        CallTime time = new CallTime();
        Span span = tracer.spanBuilder(GenAiAgents.spanName(run))
                .setParent(parent)
                .setSpanKind(SpanKind.INTERNAL)
                .setStartTimestamp(time.start(), TimeUnit.NANOSECONDS)
                .setAttribute(GenAi.OPERATION_NAME, GenAiAgents.INVOKE_AGENT)
                .setAttribute(GenAiAgents.AGENT_NAME, run.agent())
                .startSpan();
        GenAiAgents.describe(run, new SpanSink(span));
        Context own = parent.with(span);
        run.carry(OpenTelemetryListener.CONTEXT, own);
        return new RunSpan(this, run.agent(), span, own, time);
    }
}
