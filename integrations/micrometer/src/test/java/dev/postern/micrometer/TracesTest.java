package dev.postern.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.ToolDefinition;
import dev.postern.agent.Agent;
import dev.postern.agent.AgentInput;
import dev.postern.agent.Tool;
import dev.postern.testkit.StreamProbe;
import dev.postern.testkit.WireRequest;
import dev.postern.testkit.WireServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One trace, from the run of an agent to the wire, made by Micrometer's tracing. */
@Timeout(60)
class TracesTest {
    private static final ToolDefinition WEATHER =
            ToolDefinition.of("weather", "Tells the weather", Map.of("type", "object"));
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final CallContext FROM_OUTSIDE = CallContext.builder()
            .with(CallContext.TRACE_PARENT, "00-" + TRACE + "-00f067aa0ba902b7-01")
            .with(CallContext.TRACE_STATE, "vendor=7")
            .build();

    private final Traces traces = new Traces();
    private final Observed observed = new Observed();
    private final ObservationRunListener listener = ObservationRunListener.of(traces.registry);

    @AfterEach
    void closes() {
        assertThat(traces.tracer.currentSpan()).isNull();
        TestObservationRegistryAssert.assertThat(traces.registry).doesNotHaveAnyRemainingCurrentObservation();
        traces.close();
    }

    private LlmProvider provider(WireServer server) {
        return observed.provider(server, ObservationListener.of(traces.registry));
    }

    private static String sent(WireRequest request) {
        return request.header("traceparent").split("-")[2];
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
                LlmProvider first = provider(above);
                LlmProvider second = provider(under)) {
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
            Observation outer = Observation.start("outer", traces.registry);
            outer.scoped(() -> {
                agent.run("Weather?");
            });
            outer.stop();
            observed.awaitEnds();

            SpanData root = traces.only("outer");
            SpanData run = traces.only("invoke_agent above");
            SpanData subAgent = traces.only("execute_tool call_below");
            SpanData nested = traces.only("invoke_agent below");
            SpanData tool = traces.only("execute_tool weather");
            assertThat(run.getParentSpanId()).isEqualTo(root.getSpanId());
            assertThat(subAgent.getParentSpanId()).isEqualTo(run.getSpanId());
            assertThat(nested.getParentSpanId()).isEqualTo(subAgent.getSpanId());
            assertThat(tool.getParentSpanId()).isEqualTo(nested.getSpanId());
            assertThat(traces.all()).allMatch(span -> span.getTraceId().equals(root.getTraceId()));
            List<SpanData> calls = traces.named("chat small");
            assertThat(calls)
                    .extracting(SpanData::getParentSpanId)
                    .containsExactlyInAnyOrder(
                            run.getSpanId(), run.getSpanId(), nested.getSpanId(), nested.getSpanId());
            List<SpanData> attempts = traces.named("attempt openai");
            assertThat(attempts).hasSize(5);
            assertThat(calls)
                    .extracting(SpanData::getSpanId)
                    .containsExactlyInAnyOrderElementsOf(attempts.stream()
                            .map(SpanData::getParentSpanId)
                            .distinct()
                            .toList());
            assertThat(Stream.concat(above.requests().stream(), under.requests().stream())
                            .map(TracesTest::sent))
                    .containsExactlyInAnyOrderElementsOf(
                            attempts.stream().map(SpanData::getSpanId).toList());
        }
    }

    /** The span of the caller is current while the call begins, and must not become the parent of the attempt. */
    @Test
    void anAttemptIsBelowItsCallAlthoughAnotherSpanIsCurrent() {
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = provider(server)) {
            Span own = traces.tracer.nextSpan().name("own").start();
            try (Tracer.SpanInScope scope = traces.tracer.withSpan(own)) {
                llm.completions(CompletionRequest.of("Hi"));
            }
            own.end();
            observed.awaitEnds();

            SpanData call = traces.only("chat small");
            SpanData attempt = traces.only("attempt openai");
            assertThat(call.getParentSpanId()).isEqualTo(own.context().spanId());
            assertThat(attempt.getParentSpanId()).isEqualTo(call.getSpanId());
            assertThat(sent(server.request(0))).isEqualTo(attempt.getSpanId());
        }
    }

    @Test
    void theAttributeIsTheParentAlthoughAnotherSpanIsCurrent() {
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = provider(server)) {
            Observation given = Observation.start("given", traces.registry);
            Observation outer = Observation.start("outer", traces.registry);
            CallContext context = FROM_OUTSIDE.with(ObservationListener.OBSERVATION, given);
            outer.scoped(() -> {
                StreamProbe.of(llm.stream(CompletionRequest.of("Hi").withContext(context)))
                        .request(10)
                        .answer();
            });
            outer.stop();
            given.stop();
            observed.awaitEnds();

            assertThat(traces.only("chat small").getParentSpanId())
                    .isEqualTo(traces.only("given").getSpanId());
            assertThat(traces.named("incoming")).isEmpty();
        }
    }

    @Test
    void aCallContinuesTheTraceOfItsContext() {
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = provider(server)) {
            llm.completions(CompletionRequest.of("Hi").withContext(FROM_OUTSIDE));
            observed.awaitEnds();

            SpanData incoming = traces.only("incoming");
            SpanData call = traces.only("chat small");
            assertThat(incoming.getTraceId()).isEqualTo(TRACE);
            assertThat(incoming.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
            assertThat(incoming.getKind()).isEqualTo(SpanKind.SERVER);
            assertThat(call.getParentSpanId()).isEqualTo(incoming.getSpanId());
            assertThat(incoming.getEndEpochNanos()).isGreaterThanOrEqualTo(call.getEndEpochNanos());
            assertThat(server.request(0).header("traceparent")).startsWith("00-" + TRACE);
            assertThat(server.request(0).header("tracestate")).isEqualTo("vendor=7");
            TestObservationRegistryAssert.assertThat(traces.registry)
                    .hasObservationWithNameEqualTo("postern.incoming")
                    .that()
                    .hasBeenStopped()
                    .doesNotHaveError();
        }
    }

    @Test
    void aRunContinuesTheTraceOfItsContextOnce() {
        try (WireServer server = WireServer.openai().status(401);
                LlmProvider llm = provider(server)) {
            Agent agent = Agent.builder(llm).name("helper").listener(listener).build();
            assertThat(agent.runAsync(AgentInput.of("Hi").withContext(FROM_OUTSIDE)))
                    .failsWithin(Duration.ofSeconds(30));
            observed.awaitEnds();

            SpanData incoming = traces.only("incoming");
            SpanData run = traces.only("invoke_agent helper");
            assertThat(incoming.getTraceId()).isEqualTo(TRACE);
            assertThat(run.getParentSpanId()).isEqualTo(incoming.getSpanId());
            assertThat(traces.only("chat small").getParentSpanId()).isEqualTo(run.getSpanId());
            TestObservationRegistryAssert.assertThat(traces.registry)
                    .hasObservationWithNameEqualTo("postern.incoming")
                    .that()
                    .hasBeenStopped()
                    .hasError();
        }
    }

    @Test
    void theCurrentObservationIsBeforeTheTraceOfTheContext() {
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = provider(server)) {
            Observation outer = Observation.start("outer", traces.registry);
            outer.scoped(() -> {
                llm.completions(CompletionRequest.of("Hi").withContext(FROM_OUTSIDE));
            });
            outer.stop();
            observed.awaitEnds();

            assertThat(traces.only("chat small").getParentSpanId())
                    .isEqualTo(traces.only("outer").getSpanId());
            assertThat(traces.named("incoming")).isEmpty();
        }
    }

    @Test
    void aTraceParentThatIsInvalidBeginsANewTrace() {
        CallContext wrong =
                CallContext.builder().with(CallContext.TRACE_PARENT, "nonsense").build();
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = provider(server)) {
            llm.completions(CompletionRequest.of("Hi").withContext(wrong));
            observed.awaitEnds();

            SpanData incoming = traces.only("incoming");
            assertThat(incoming.getParentSpanContext().isValid()).isFalse();
            assertThat(traces.only("chat small").getParentSpanId()).isEqualTo(incoming.getSpanId());
        }
    }

    /** An application may do without the observation of what came in. */
    @Test
    void theIncomingObservationCanBeSwitchedOff() {
        traces.registry.observationConfig().observationPredicate((name, context) -> !name.equals("postern.incoming"));
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = provider(server)) {
            llm.completions(CompletionRequest.of("Hi").withContext(FROM_OUTSIDE));
            observed.awaitEnds();

            assertThat(traces.named("incoming")).isEmpty();
            assertThat(traces.only("chat small").getParentSpanContext().isValid())
                    .isFalse();
        }
    }
}
