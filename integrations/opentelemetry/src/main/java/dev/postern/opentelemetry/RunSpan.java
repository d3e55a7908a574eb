package dev.postern.opentelemetry;

import dev.postern.LlmException;
import dev.postern.agent.RunListener.RunEnd;
import dev.postern.agent.RunListener.RunWatch;
import dev.postern.agent.RunListener.ToolEnd;
import dev.postern.agent.RunListener.ToolOutcome;
import dev.postern.agent.RunListener.ToolStart;
import dev.postern.agent.RunListener.ToolWatch;
import dev.postern.call.CallListener.Outcome;
import dev.postern.genai.GenAi;
import dev.postern.genai.shared.GenAiAgents;
import dev.postern.json.Json;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;

/** The span of one run of an agent. */
final class RunSpan implements RunWatch {
    private final OpenTelemetryRunListener listener;
    private final String agent;
    private final Span span;
    private final Context context;
    private final CallTime time;

    RunSpan(OpenTelemetryRunListener listener, String agent, Span span, Context context, CallTime time) {
        this.listener = listener;
        this.agent = agent;
        this.span = span;
        this.context = context;
        this.time = time;
    }

    @Override
    public ToolWatch tool(ToolStart tool) {
        return new ToolSpan(tool);
    }

    @Override
    public void end(RunEnd end) {
        AttributesBuilder all = Attributes.builder().put(GenAiAgents.AGENT_NAME, agent);
        GenAi.errorType(end.outcome(), end.failure()).ifPresent(type -> {
            all.put(GenAi.ERROR_TYPE, type);
            span.setAttribute(GenAi.ERROR_TYPE, type);
            if (end.outcome() == Outcome.FAILED) {
                span.setStatus(
                        StatusCode.ERROR,
                        listener.content
                                ? end.failure().map(LlmException::getMessage).orElse(type)
                                : type);
            }
        });
        Attributes attributes = all.build();
        listener.runs.record(CallTime.seconds(end.elapsed()), attributes, context);
        listener.modelCalls.record(end.turns(), attributes, context);
        listener.toolCalls.record(end.toolCalls(), attributes, context);
        GenAiAgents.describe(end, new SpanSink(span));
        span.end(time.start() + end.elapsed().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The span of one tool call. */
    private final class ToolSpan implements ToolWatch {
        private final String measuredName;
        private final long start = time.now();
        private final Span own;
        private final Context below;

        ToolSpan(ToolStart tool) {
            measuredName = GenAiAgents.measuredName(tool);
            own = listener.tracer
                    .spanBuilder(GenAiAgents.spanName(tool))
                    .setParent(context)
                    .setSpanKind(SpanKind.INTERNAL)
                    .setStartTimestamp(start, TimeUnit.NANOSECONDS)
                    .setAttribute(GenAi.OPERATION_NAME, GenAiAgents.EXECUTE_TOOL)
                    .setAttribute(GenAiAgents.TOOL_NAME, tool.call().name())
                    .setAttribute(GenAiAgents.TOOL_TYPE, GenAiAgents.FUNCTION)
                    .startSpan();
            SpanSink sink = new SpanSink(own);
            GenAiAgents.describe(tool, sink);
            if (listener.content && own.isRecording()) {
                sink.put(
                        "gen_ai.tool.call.arguments",
                        bounded(Json.text(tool.call().input())));
            }
            below = context.with(own);
            tool.carry(OpenTelemetryListener.CONTEXT, below);
        }

        @Override
        public void end(ToolEnd end) {
            String type = GenAiAgents.errorType(end);
            AttributesBuilder all = Attributes.builder()
                    .put(GenAiAgents.TOOL_NAME, measuredName)
                    .put(GenAiAgents.TOOL_TYPE, GenAiAgents.FUNCTION);
            if (!type.isEmpty()) {
                all.put(GenAi.ERROR_TYPE, type);
                own.setAttribute(GenAi.ERROR_TYPE, type);
                if (end.outcome() != ToolOutcome.CANCELLED) {
                    own.setStatus(StatusCode.ERROR);
                }
            }
            if (listener.content) {
                end.result().ifPresent(result -> own.setAttribute("gen_ai.tool.call.result", bounded(result.text())));
            }
            listener.tools.record(CallTime.seconds(end.elapsed()), all.build(), below);
            own.end(start + end.elapsed().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private static String bounded(String text) {
        int most = OpenTelemetryListener.Builder.DEFAULT_CONTENT_CHARACTERS;
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }
}
