package dev.postern.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.Usage;
import dev.postern.bedrock.AwsCredentials;
import dev.postern.bedrock.BedrockProvider;
import dev.postern.call.Interceptor.Decision;
import dev.postern.genai.GenAiNames;
import dev.postern.testkit.StreamProbe;
import dev.postern.testkit.WireServer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The spans of calls and attempts, over real sockets. */
@Timeout(60)
class SpansTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");

    private final Telemetry telemetry = new Telemetry();

    @AfterEach
    void closes() {
        telemetry.close();
    }

    @Test
    void aCallAndItsAttemptAreTwoSpans() {
        try (WireServer server = WireServer.openai().answer("Hello").header("x-request-id: r7");
                LlmProvider llm = telemetry.provider(server)) {
            llm.completions(REQUEST.toBuilder().temperature(0.5).build());

            SpanData call = telemetry.span("chat small");
            SpanData attempt = telemetry.span("attempt openai");
            assertThat(telemetry.spans()).hasSize(2).allMatch(SpanData::hasEnded);
            assertThat(call.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(attempt.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(attempt.getParentSpanId()).isEqualTo(call.getSpanId());
            assertThat(call.getParentSpanContext().isValid()).isFalse();
            assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(Telemetry.attributes(call))
                    .containsEntry("gen_ai.operation.name", "chat")
                    .containsEntry("gen_ai.provider.name", "openai")
                    .containsEntry("gen_ai.request.model", "small")
                    .containsEntry("gen_ai.request.temperature", 0.5)
                    .containsEntry("gen_ai.response.finish_reasons", List.of("stop"))
                    .containsEntry("gen_ai.usage.input_tokens", 10L)
                    .containsEntry("gen_ai.usage.output_tokens", 5L)
                    .containsEntry("postern.usage.certainty", "reported")
                    .containsEntry("postern.attempts", 1L)
                    .containsEntry("server.address", server.uri().getHost())
                    .containsEntry("server.port", (long) server.uri().getPort())
                    .containsKeys("gen_ai.response.id", "gen_ai.response.model")
                    .doesNotContainKeys(
                            "error.type",
                            "gen_ai.request.stream",
                            "gen_ai.response.time_to_first_chunk",
                            "gen_ai.input.messages",
                            "gen_ai.output.messages");
            assertThat(Telemetry.attributes(attempt))
                    .containsEntry("gen_ai.provider.name", "openai")
                    .containsEntry("gen_ai.request.model", "small")
                    .containsEntry("http.response.status_code", 200L)
                    .containsEntry("postern.attempt.number", 1L)
                    .containsEntry("postern.attempt.why", "first")
                    .containsEntry("postern.request_id", "r7")
                    .containsEntry("server.port", (long) server.uri().getPort())
                    .doesNotContainKeys("gen_ai.operation.name", "gen_ai.usage.input_tokens", "error.type");
            assertThat(attempt.getStartEpochNanos()).isGreaterThanOrEqualTo(call.getStartEpochNanos());
            assertThat(attempt.getEndEpochNanos()).isLessThanOrEqualTo(call.getEndEpochNanos());
        }
    }

    @Test
    void retriesAreAttemptsOfOneCallAndEachIsNamedOnTheWire() {
        try (WireServer server = WireServer.openai().status(503).status(503).answer("Hello");
                LlmProvider llm = telemetry.provider(server)) {
            llm.completions(REQUEST);

            SpanData call = telemetry.span("chat small");
            List<SpanData> attempts = telemetry.spans().stream()
                    .filter(span -> span.getName().equals("attempt openai"))
                    .toList();
            assertThat(attempts)
                    .hasSize(3)
                    .allMatch(attempt -> attempt.getParentSpanId().equals(call.getSpanId()));
            assertThat(attempts)
                    .extracting(attempt -> Telemetry.attributes(attempt).get("postern.attempt.why"))
                    .containsExactly("first", "retry", "retry");
            assertThat(attempts)
                    .extracting(attempt -> Telemetry.attributes(attempt).get("http.response.status_code"))
                    .containsExactly(503L, 503L, 200L);
            assertThat(attempts)
                    .extracting(attempt -> Telemetry.attributes(attempt).get("error.type"))
                    .containsExactly("overloaded", "overloaded", null);
            assertThat(attempts)
                    .extracting(attempt -> attempt.getStatus().getStatusCode())
                    .containsExactly(StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET);
            for (int i = 0; i < 3; i++) {
                assertThat(server.request(i).header("traceparent"))
                        .startsWith("00-" + call.getTraceId() + "-"
                                + attempts.get(i).getSpanId() + "-");
            }
            assertThat(Telemetry.attributes(call)).containsEntry("postern.attempts", 3L);
            assertThat(call.getEvents())
                    .hasSize(2)
                    .allMatch(event -> event.getName().equals("postern.retry"))
                    .allMatch(event ->
                            "overloaded".equals(event.getAttributes().get(AttributeKey.stringKey("error.type"))));
        }
    }

    @Test
    void aCallThatFailsHasItsKindAndNoContent() {
        try (WireServer server = WireServer.openai().error(401, "The key of Ann is wrong.");
                LlmProvider llm = telemetry.provider(server)) {
            assertThatThrownBy(() -> llm.completions(REQUEST)).isInstanceOf(LlmException.class);

            SpanData call = telemetry.span("chat small");
            assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(Telemetry.attributes(call))
                    .containsEntry("error.type", "authentication")
                    .containsEntry("gen_ai.response.finish_reasons", List.of("error"))
                    .doesNotContainKey("gen_ai.usage.input_tokens");
            assertThat(telemetry.spans().toString()).doesNotContain("Ann", "sk-secret", "Hello");
        }
    }

    @Test
    void aCancelledStreamHasAnEstimateAndIsNoError() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo").hangAfter(1);
                LlmProvider llm = telemetry.provider(server)) {
            StreamProbe probe = StreamProbe.of(llm.stream(REQUEST)).request(10).expectText("Hel");
            probe.cancel();
            server.awaitClosed(0);

            SpanData call = telemetry.span("chat small");
            SpanData attempt = telemetry.span("attempt openai");
            assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(Telemetry.attributes(call))
                    .containsEntry("error.type", "cancelled")
                    .containsEntry("gen_ai.request.stream", true)
                    .containsEntry("gen_ai.response.finish_reasons", List.of("error"))
                    .containsEntry("postern.usage.certainty", "estimated")
                    .containsKeys("gen_ai.response.time_to_first_chunk", "gen_ai.usage.output_tokens");
            assertThat(Telemetry.attributes(attempt))
                    .containsEntry("error.type", "cancelled")
                    .doesNotContainKey("gen_ai.usage.output_tokens");
        }
    }

    @Test
    void aCutStreamFails() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo").cutAfter(1);
                LlmProvider llm = telemetry.provider(server)) {
            StreamProbe.of(llm.stream(REQUEST)).request(10).expectText("Hel").expectFailure(Kind.INCOMPLETE_STREAM);

            assertThat(Telemetry.attributes(telemetry.span("chat small")))
                    .containsEntry("error.type", "incomplete_stream")
                    .containsEntry("gen_ai.response.finish_reasons", List.of("error"));
        }
    }

    @Test
    void aRefusedCallHasNoAttempt() {
        try (WireServer server = WireServer.openai();
                LlmProvider llm = Telemetry.provider(
                        server,
                        telemetry
                                .with(builder -> builder)
                                .interceptor(call -> Decision.refuse(new LlmException(Kind.QUOTA, "No budget.")))
                                .build())) {
            assertThatThrownBy(() -> llm.completions(REQUEST)).hasMessageContaining("No budget.");

            assertThat(telemetry.spans()).hasSize(1);
            assertThat(Telemetry.attributes(telemetry.span("chat")))
                    .containsEntry("error.type", "quota")
                    .containsEntry("gen_ai.provider.name", "openai")
                    .containsEntry("postern.attempts", 0L);
        }
    }

    @Test
    void anAnswerOfAnInterceptorHasNoAttemptAndNoUsage() {
        CompletionResponse cached = CompletionResponse.builder()
                .model("cached-model")
                .content("Hello")
                .stopReason(StopReason.END_TURN)
                .build();
        try (WireServer server = WireServer.openai();
                LlmProvider llm = Telemetry.provider(
                        server,
                        telemetry
                                .with(builder -> builder)
                                .interceptor(call -> Decision.answer(cached))
                                .build())) {
            llm.completions(REQUEST);

            assertThat(telemetry.spans()).hasSize(1);
            assertThat(Telemetry.attributes(telemetry.span("chat")))
                    .containsEntry("postern.attempts", 0L)
                    .containsEntry("gen_ai.response.finish_reasons", List.of("stop"))
                    .containsEntry("gen_ai.response.model", "cached-model")
                    .containsKey("postern.answered_by")
                    .doesNotContainKeys("error.type", "gen_ai.usage.input_tokens");
        }
    }

    @Test
    void olderNamesAndAttributesOfTheApplication() {
        Usage usage = new Usage(10, 5, OptionalLong.of(3), OptionalLong.of(2), OptionalLong.empty());
        try (WireServer server = WireServer.bedrock().answer("Hello").usage(usage);
                LlmProvider llm = BedrockProvider.builder()
                        .region("eu-west-1")
                        .endpoint(server.url())
                        .credentials(new AwsCredentials("AKIATEST", "secret"))
                        .defaultModel("nova")
                        .instrumentation(telemetry
                                .with(builder -> builder.names(GenAiNames.V1_41)
                                        .attributes(call -> Attributes.builder()
                                                .put("tenant", call.context().tenant())
                                                .build()))
                                .build())
                        .build()) {
            llm.completions(
                    REQUEST.withContext(CallContext.builder().tenant("acme").build()));

            assertThat(Telemetry.attributes(telemetry.span("chat nova")))
                    .containsEntry("gen_ai.provider.name", "aws.bedrock")
                    .containsEntry("gen_ai.usage.input_tokens", 15L) // with the cached ones
                    .containsEntry("gen_ai.usage.cache_creation.input_tokens", 2L)
                    .containsEntry("gen_ai.usage.cache_read.input_tokens", 3L)
                    .containsEntry("tenant", "acme");
            String signed = server.request(0).header("authorization");
            assertThat(server.request(0).header("traceparent")).isNotEmpty();
            assertThat(signed).contains("SignedHeaders=").doesNotContain("traceparent");
        }
    }

    @Test
    void nothingIsSentIfTheApplicationSaysSo() {
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = telemetry.provider(
                        server, builder -> builder.propagate(false).providers((backend, address) -> "vllm"))) {
            llm.completions(REQUEST);

            assertThat(server.request(0).header("traceparent")).isEmpty();
            assertThat(Telemetry.attributes(telemetry.span("chat small")))
                    .containsEntry("gen_ai.provider.name", "vllm");
        }
    }
}
