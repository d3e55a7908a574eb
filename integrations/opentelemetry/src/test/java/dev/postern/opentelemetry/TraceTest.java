package dev.postern.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor.Decision;
import dev.postern.gateway.Gateway;
import dev.postern.testkit.StreamProbe;
import dev.postern.testkit.WireServer;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The parents of spans, and what is below a call. */
@Timeout(60)
class TraceTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");

    private final Telemetry telemetry = new Telemetry();

    @AfterEach
    void closes() {
        telemetry.close();
    }

    private Span span(String name) {
        return telemetry.sdk.getTracer("test").spanBuilder(name).startSpan();
    }

    @Test
    void theParentIsTheCurrentSpan() {
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = telemetry.provider(server)) {
            Span outer = span("outer");
            try (Scope scope = outer.makeCurrent()) {
                StreamProbe.of(llm.stream(REQUEST)).request(10).answer();
            }

            SpanData call = telemetry.span("chat small");
            assertThat(call.getParentSpanId()).isEqualTo(outer.getSpanContext().getSpanId());
            assertThat(Span.current().getSpanContext().isValid()).isFalse();
        }
    }

    @Test
    void theTraceParentOfTheContextIsBeforeTheCurrentSpan() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        CallContext context = CallContext.builder()
                .with(CallContext.TRACE_PARENT, "00-" + trace + "-00f067aa0ba902b7-01")
                .with(CallContext.TRACE_STATE, "vendor=7")
                .build();
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = telemetry.provider(server)) {
            try (Scope scope = span("outer").makeCurrent()) {
                llm.completions(REQUEST.withContext(context));
            }

            SpanData call = telemetry.span("chat small");
            assertThat(call.getTraceId()).isEqualTo(trace);
            assertThat(call.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
            assertThat(server.request(0).header("tracestate")).isEqualTo("vendor=7");
        }
    }

    @Test
    void anInvalidTraceParentIsIgnored() {
        CallContext context =
                CallContext.builder().with(CallContext.TRACE_PARENT, "nonsense").build();
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = telemetry.provider(server)) {
            Span outer = span("outer");
            try (Scope scope = outer.makeCurrent()) {
                llm.completions(REQUEST.withContext(context));
            }

            assertThat(telemetry.span("chat small").getTraceId())
                    .isEqualTo(outer.getSpanContext().getTraceId());
        }
    }

    @Test
    void theContextOfTheApplicationIsFirst() {
        Span given = span("given");
        CallContext context = CallContext.builder()
                .with(OpenTelemetryListener.CONTEXT, Context.root().with(given))
                .with(CallContext.TRACE_PARENT, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .build();
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = telemetry.provider(server)) {
            llm.completions(REQUEST.withContext(context));

            assertThat(telemetry.span("chat small").getParentSpanId())
                    .isEqualTo(given.getSpanContext().getSpanId());
        }
    }

    @Test
    void baggageStaysHere() {
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = telemetry.provider(server)) {
            try (Scope scope = Baggage.builder().put("customer", "ann").build().makeCurrent()) {
                llm.completions(REQUEST);
            }

            assertThat(server.request(0).header("traceparent")).isNotEmpty();
            assertThat(server.request(0).header("baggage")).isEmpty();
        }
    }

    @Test
    void aFallbackIsOneCallWithTwoAttemptsAlsoIfTheBackendsAreObservedToo() {
        Instrumentation with = telemetry.with(builder -> builder).build();
        try (WireServer bad = WireServer.openai().status(500).repeatLast();
                WireServer good = WireServer.openai().answer("Hello");
                Gateway gateway = Gateway.builder()
                        .backend("one", Telemetry.provider(bad, with))
                        .backend("two", Telemetry.provider(good, with))
                        .fallbacks("one", List.of("two"))
                        .defaultBackend("one")
                        .instrumentation(with)
                        .build()) {
            gateway.completions(REQUEST);

            List<SpanData> spans = telemetry.spans();
            SpanData call = telemetry.span("chat small");
            SpanData second = telemetry.span("attempt two");
            assertThat(spans)
                    .filteredOn(span -> span.getName().startsWith("chat"))
                    .hasSize(1);
            assertThat(spans)
                    .filteredOn(span -> span.getName().startsWith("attempt"))
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allMatch(attempt -> attempt.getParentSpanId().equals(call.getSpanId()));
            assertThat(Telemetry.attributes(second)).containsEntry("postern.attempt.why", "fallback");
            assertThat(Telemetry.attributes(call)).containsEntry("postern.backend", "two");
            assertThat(good.request(0).header("traceparent")).contains(second.getSpanId());
        }
    }

    @Test
    void aCallThatIsMadeForACallIsItsChild() {
        List<String> current = new ArrayList<>();
        try (WireServer server = WireServer.openai().answer("Inner").answer("Outer");
                LlmProvider inner = Telemetry.provider(server, Instrumentation.NONE);
                LlmProvider outer = Telemetry.provider(
                        server,
                        telemetry
                                .with(builder -> builder)
                                .interceptor(call -> {
                                    current.add(Span.current().getSpanContext().getSpanId());
                                    inner.completions(CompletionRequest.builder()
                                            .model("checker")
                                            .user("Is this allowed?")
                                            .context(call.context())
                                            .build());
                                    return Decision.proceed();
                                })
                                .build())) {
            outer.completions(REQUEST);

            SpanData call = telemetry.span("chat small");
            assertThat(telemetry.span("chat checker").getParentSpanId()).isEqualTo(call.getSpanId());
            assertThat(Telemetry.attributes(call)).containsEntry("gen_ai.request.model", "small");
            assertThat(telemetry.spans())
                    .filteredOn(span -> span.getName().startsWith("attempt"))
                    .extracting(SpanData::getParentSpanId)
                    .containsExactlyInAnyOrder(
                            call.getSpanId(), telemetry.span("chat checker").getSpanId());
            assertThat(current).containsExactly(call.getSpanId()); // the binding
        }
    }
}
