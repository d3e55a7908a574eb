package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server info that comes from the headers of an answer. */
class ServerInfoTest extends MockServerTest {

    @Test
    void keepsTheRequestIdAndTheRateLimits() {
        server.enqueue(whole().newBuilder()
                .setHeader("X-Request-Id", "req_1")
                .setHeader("X-RateLimit-Remaining-Requests", "59")
                .setHeader("x-ratelimit-reset-tokens", "6m0s")
                .setHeader("X-Other", "no")
                .build());
        CompletionResponse answer = provider().completions(CompletionRequest.of("Hello"));
        assertThat(answer.serverInfo())
                .containsEntry(CompletionResponse.REQUEST_ID, "req_1")
                .containsEntry(
                        CompletionResponse.RATE_LIMITS,
                        Map.of("x-ratelimit-remaining-requests", "59", "x-ratelimit-reset-tokens", "6m0s"))
                .containsEntry(CompletionResponse.ID, "c1")
                .containsEntry(CompletionResponse.FINISH_REASON, "stop")
                .hasSize(4);
    }

    @Test
    void keepsThemForAStream() {
        server.enqueue(stream().newBuilder().setHeader("apim-request-id", "a-1").build());
        CompletionResponse answer = CompletionCollector.collect(provider().stream(CompletionRequest.of("Hello")))
                .join();
        assertThat(answer.serverInfo())
                .containsEntry(CompletionResponse.REQUEST_ID, "a-1")
                .doesNotContainKey(CompletionResponse.RATE_LIMITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-request-id", "apim-request-id", "request-id", "x-amzn-requestid", "cf-ray"})
    void readsAllHeadersWithARequestId(String name) {
        server.enqueue(whole().newBuilder().setHeader(name, "r-1").build());
        assertThat(provider().completions(CompletionRequest.of("Hello")).serverInfo())
                .containsEntry(CompletionResponse.REQUEST_ID, "r-1");
        server.enqueue(reply(400, "{}").newBuilder().setHeader(name, "r-2").build());
        assertThatThrownBy(() -> llm.completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.requestId()).isEqualTo("r-2"));
    }

    @Test
    void prefersTheRequestIdOfTheServerToThatOfAProxy() {
        server.enqueue(whole().newBuilder()
                .setHeader("cf-ray", "ray")
                .setHeader("x-request-id", "req")
                .build());
        assertThat(provider().completions(CompletionRequest.of("Hello")).serverInfo())
                .containsEntry(CompletionResponse.REQUEST_ID, "req");
    }
}
