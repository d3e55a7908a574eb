package dev.postern.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.ToolDefinition;
import dev.postern.agent.Agent;
import dev.postern.agent.AgentInput;
import dev.postern.agent.Tool;
import dev.postern.testkit.WireServer;
import dev.postern.testkit.project.QuietLog;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The spans of agents and tools: one trace, from the run of an agent to the wire. */
@Timeout(60)
class RunsTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static final ToolDefinition WEATHER =
            ToolDefinition.of("weather", "Tells the weather", Map.of("type", "object"));

    private final Telemetry telemetry = new Telemetry();
    private final OpenTelemetryRunListener listener = OpenTelemetryRunListener.of(telemetry.api());

    @AfterEach
    void closes() {
        telemetry.close();
    }

    @Test
    void aTraceGoesFromARunThroughAToolAndASubAgentToEachAttempt() {
        try (WireServer above = WireServer.openai()
                        .toolCall("call_below", Map.of("message", "Weather?"))
                        .answer("Sunny.");
                WireServer under = WireServer.openai()
                        .toolCall("weather", Map.of("city", "Bern"))
                        .status(503)
                        .answer("It is sunny.");
                LlmProvider first = telemetry.provider(above);
                LlmProvider second = telemetry.provider(under)) {
            Agent below = Agent.builder(second)
                    .name("below")
                    .listener(listener)
                    .tool(Tool.of(WEATHER, arguments -> "sunny"))
                    .build();
            Agent agent = Agent.builder(first)
                    .name("above")
                    .listener(listener)
                    .agent(below)
                    .build();
            Span outer = telemetry.sdk.getTracer("test").spanBuilder("outer").startSpan();
            try (Scope scope = outer.makeCurrent()) {
                agent.run("Weather?");
            }

            SpanData run = telemetry.span("invoke_agent above");
            SpanData subAgent = telemetry.span("execute_tool call_below");
            SpanData nested = telemetry.span("invoke_agent below");
            SpanData tool = telemetry.span("execute_tool weather");
            assertThat(run.getKind()).isEqualTo(SpanKind.INTERNAL);
            assertThat(run.getParentSpanId()).isEqualTo(outer.getSpanContext().getSpanId());
            assertThat(subAgent.getParentSpanId()).isEqualTo(run.getSpanId());
            assertThat(nested.getParentSpanId()).isEqualTo(subAgent.getSpanId());
            assertThat(tool.getParentSpanId()).isEqualTo(nested.getSpanId());
            assertThat(Telemetry.attributes(tool))
                    .containsEntry("gen_ai.operation.name", "execute_tool")
                    .containsEntry("gen_ai.tool.name", "weather")
                    .containsEntry("gen_ai.tool.type", "function")
                    .containsEntry("gen_ai.tool.call.id", "call_1")
                    .doesNotContainKeys("error.type", "gen_ai.tool.call.arguments", "gen_ai.tool.call.result");
            assertThat(telemetry.spans())
                    .allMatch(span ->
                            span.getTraceId().equals(outer.getSpanContext().getTraceId()))
                    .filteredOn(span -> span.getName().equals("chat small"))
                    .extracting(SpanData::getParentSpanId)
                    .containsExactlyInAnyOrder(
                            run.getSpanId(), run.getSpanId(), nested.getSpanId(), nested.getSpanId());
            List<String> attempts = new ArrayList<>();
            telemetry.spans().stream()
                    .filter(span -> span.getName().equals("attempt openai"))
                    .forEach(span -> attempts.add(span.getSpanId()));
            assertThat(attempts).hasSize(5);
            List<String> sent = new ArrayList<>();
            above.requests()
                    .forEach(request -> sent.add(request.header("traceparent").split("-")[2]));
            under.requests()
                    .forEach(request -> sent.add(request.header("traceparent").split("-")[2]));
            assertThat(sent).containsExactlyInAnyOrderElementsOf(attempts);
            Map<String, MetricData> metrics = telemetry.metrics();
            assertThat(metrics)
                    .containsKeys(
                            "gen_ai.invoke_agent.duration",
                            "gen_ai.invoke_agent.inference_calls",
                            "gen_ai.invoke_agent.tool_calls",
                            "gen_ai.execute_tool.duration");
        }
    }

    @Test
    void aToolSeesItsOwnSpanAndAFailureHasItsType() {
        List<String> seen = new ArrayList<>();
        try (WireServer server =
                        WireServer.openai().toolCall("weather", Map.of()).status(401);
                LlmProvider llm = telemetry.provider(server)) {
            Agent agent = Agent.builder(llm)
                    .name("helper")
                    .listener(listener.withContent())
                    .binding(OpenTelemetryListener.binding())
                    .tool(Tool.of(WEATHER, arguments -> {
                        seen.add(Span.current().getSpanContext().getSpanId());
                        throw new IllegalStateException("no weather");
                    }))
                    .build();
            assertThatThrownBy(() -> agent.run("Weather?")).isInstanceOf(LlmException.class);

            SpanData tool = telemetry.span("execute_tool weather");
            assertThat(seen).containsExactly(tool.getSpanId());
            assertThat(Telemetry.attributes(tool))
                    .containsEntry("error.type", "java.lang.IllegalStateException")
                    .containsEntry("gen_ai.tool.call.arguments", "{}")
                    .containsKey("gen_ai.tool.call.result");
            assertThat(Telemetry.attributes(telemetry.span("invoke_agent helper")))
                    .containsEntry("error.type", "authentication")
                    .containsEntry("postern.turns", 2L)
                    .containsEntry("postern.tool_calls", 1L);
        }
    }

    @Test
    void theTraceParentOfTheContextIsTheParent() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = telemetry.provider(server)) {
            Agent agent = Agent.builder(llm).name("helper").listener(listener).build();
            agent.run(AgentInput.of("Hi")
                    .withContext(CallContext.builder()
                            .with(CallContext.TRACE_PARENT, "00-" + trace + "-00f067aa0ba902b7-01")
                            .build()));

            assertThat(telemetry.span("chat small").getTraceId()).isEqualTo(trace);
            assertThat(telemetry.span("invoke_agent helper").getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        }
    }
}
