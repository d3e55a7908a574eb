package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.gateway.Gateway;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.WireExchange;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each key of a backend of type gateway has its effect on the wire. */
class GatewayClientFactoryTest {
    private static final String ANSWER = "{\"model\": \"m\", \"content\": \"Hi\", \"stop_reason\": \"end_turn\"}";
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");

    private static Gateway load(ScriptedServer server, String config) {
        return GatewayLoader.create()
                .environment(Map.of("KEY", "sk-secret"))
                .parse("""
                providers:
                  llm:
                    backends:
                      remote: {backend: gateway, config: {base_url: "%s/team", %s}}
                """.formatted(server.uri(), config))
                .gateway();
    }

    private static ScriptedServer answering() {
        return new ScriptedServer(exchange -> exchange.answer(200, "application/json", ANSWER));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            backend: other                       | X-Provider-LLM | other
            api_key: $KEY                        | Authorization  | Bearer sk-secret
            headers: {X-Tenant: blue}            | X-Tenant       | blue
            timeouts: {connect: 5s}              | Accept         | application/json
            default_model: m                     | X-Tenant       | ''
            """)
    void eachKeyIsSent(String config, String header, String value) {
        try (ScriptedServer server = answering();
                Gateway gateway = load(server, config)) {
            assertThat(gateway.completions(REQUEST).content()).isEqualTo("Hi");
            assertThat(server.requests().get(0).target()).isEqualTo("/team/api/v1/llm/completions");
            assertThat(server.requests().get(0).header(header)).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 4", "'{max_attempts: 3, base_delay: 1ms, max_delay: 1ms}', 3"})
    void retriesSetTheNumberOfAttempts(String retries, int attempts) {
        try (ScriptedServer server = new ScriptedServer(
                        exchange -> exchange.answer(503, "application/json", "{}", "Retry-After: 0"));
                Gateway gateway = load(server, "retries: " + retries)) {
            assertThatThrownBy(() -> gateway.completions(REQUEST)).isInstanceOf(LlmException.class);
            assertThat(server.requests()).hasSize(attempts);
        }
    }

    @Test
    void withoutRetriesThereIsOneAttempt() {
        try (ScriptedServer server = new ScriptedServer(
                        exchange -> exchange.answer(503, "application/json", "{}", "Retry-After: 0"));
                Gateway gateway = load(server, "timeout: 30")) {
            assertThatThrownBy(() -> gateway.completions(REQUEST)).isInstanceOf(LlmException.class);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout: 300ms", "timeouts: {total: 0.3}", "timeouts: {response_start: 300ms}"})
    void timeoutsEndACall(String timeouts) {
        try (ScriptedServer server = new ScriptedServer(WireExchange::hold);
                Gateway gateway = load(server, timeouts)) {
            assertThatThrownBy(() -> gateway.completions(REQUEST))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT));
        }
    }

    @Test
    void idleTimeoutEndsAnAnswerThatPauses() {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(200, "application/json")
                        .chunk("{")
                        .hold());
                Gateway gateway = load(server, "timeouts: {idle: 300ms}")) {
            assertThatThrownBy(() -> gateway.completions(REQUEST))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT));
        }
    }

    @Test
    void sizeLimitsHold() {
        String event = "data: {\"type\": \"content_delta\", \"delta\": \"" + "x".repeat(100) + "\"}\n\n";
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    boolean stream = exchange.request().target().endsWith("/stream");
                    exchange.answer(200, stream ? "text/event-stream" : "application/json", stream ? event : ANSWER);
                });
                Gateway gateway = load(server, "max_response_bytes: 50, max_event_bytes: '51'")) {
            assertThatThrownBy(() -> gateway.completions(REQUEST)).hasMessageContaining("50 bytes");
            assertThatThrownBy(() ->
                            CompletionCollector.collect(gateway.stream(REQUEST)).join())
                    .hasMessageContaining("51 bytes");
        }
    }
}
