package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Usage;
import dev.postern.gateway.Gateway;
import dev.postern.http.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The failures of calls, and the secrets that they must not contain. */
class FailureTest extends MockServerTest {

    @Test
    void neverShowsTheKey() {
        server.enqueue(reply(401, "{\"error\":{\"message\":\"Incorrect API key provided: " + KEY + "\"}}")
                .newBuilder()
                .setHeader("x-request-id", KEY)
                .build());
        assertThatThrownBy(() -> provider(it -> it.apiKey(KEY)).completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION);
                    assertThat(e + e.serverMessage() + e.requestId() + e.code())
                            .contains("***")
                            .doesNotContain(KEY);
                });
        assertThat(llm.toString()).doesNotContain(KEY);
    }

    @Test
    void hidesTheKeyOfTheRequestToo() {
        server.enqueue(reply(401, "{\"error\":\"no such key: sk-own-12345\"}"));
        CompletionRequest request = CompletionRequest.builder()
                .user("Hello")
                .options(CallOptions.builder().apiKey("sk-own-12345").build())
                .build();
        assertThatThrownBy(() -> provider(it -> it.apiKey(KEY)).completions(request))
                .hasMessageContaining("no such key: ***");
    }

    @Test
    void hidesCookiesAndOtherSecretHeaders() {
        server.enqueue(reply(401, "{\"error\":\"refused: cookie-1 cookie-2 token-2 blue\"}"));
        CompletionRequest request = CompletionRequest.builder()
                .user("Hello")
                .options(CallOptions.builder()
                        .header("Set-Cookie", "cookie-2")
                        .header("X-Proxy-Token", "token-2")
                        .header("X-Team", "blue")
                        .build())
                .build();
        assertThatThrownBy(() -> provider(it -> it.apiKey(KEY).header("Cookie", "cookie-1"))
                        .completions(request))
                .hasMessageContaining("refused: *** *** *** blue");
    }

    @Test
    void failingSupplierFailsTheCallBeforeSending() {
        assertThatThrownBy(() -> provider(it -> it.apiKey(() -> {
                            throw new IllegalStateException("vault: " + KEY);
                        }))
                        .completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION);
                    assertThat(e.backend()).isEqualTo("test");
                    assertThat(e.toString()).doesNotContain(KEY);
                });
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void refusesAnInvalidKeyWithoutShowingIt() {
        assertThatThrownBy(() -> provider(it -> it.apiKey("sk-\nSECRET")).completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
                    assertThat(e).hasMessageContaining("authorization").hasMessageNotContaining("SECRET");
                });
    }

    @Test
    void retriesATruncatedWholeAnswer() {
        String answer = new String(ChatSamples.whole("Hi"), StandardCharsets.UTF_8);
        server.enqueue(reply(200, answer.substring(0, answer.length() - 10)));
        server.enqueue(reply(200, answer));
        assertThat(twice().completions(CompletionRequest.of("Hello")).content()).isEqualTo("Hi");
    }

    @Test
    void doesNotRetryAnAnswerThatWasPaidFor() {
        server.enqueue(reply(200, """
                {"model":"m","choices":[{"index":0,"message":{"content":"Half of"},"finish_reason":"abort"}],\
                "usage":{"prompt_tokens":9,"completion_tokens":4}}"""));
        assertThatThrownBy(() -> twice().completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.SERVER);
                    assertThat(e.retryable()).isTrue();
                    assertThat(e.answer().orElseThrow().content()).isEqualTo("Half of");
                    assertThat(e.answer().orElseThrow().usage()).contains(Usage.of(9, 4));
                });
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void retriesIfNothingWasGenerated() {
        server.enqueue(
                reply(200, "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}"));
        server.enqueue(reply(200, new String(ChatSamples.whole("Hi"), StandardCharsets.UTF_8)));
        assertThat(twice().completions(CompletionRequest.of("Hello")).content()).isEqualTo("Hi");
    }

    @Test
    void quotesABodyThatIsNotAnAnswer() {
        server.enqueue(reply(202, ""));
        assertThatThrownBy(() -> twice().completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
                    assertThat(e).hasMessageContaining("answered 202 with an empty body");
                });
        server.enqueue(reply(202, "{\"status\":\"pending\",\"requestId\":\"r1\"}"));
        assertThatThrownBy(() -> llm.completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
                    assertThat(e).hasMessageContaining("{\"status\":\"pending\",\"requestId\":\"r1\"}");
                });
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    private static final String BLUE =
            "data: {\"model\":\"m1\",\"choices\":[{\"index\":0,\"delta\":{%s\"content\":\"Blue\"}}]}\n\n";
    private static final String FAILED = "data: {\"error\":{\"message\":\"out of memory\",\"code\":500}}\n\n";

    /** Some servers stream although the request is not for a stream. */
    @Test
    void failedStreamForACompletionKeepsThePartialAnswer() {
        server.enqueue(stream(BLUE.formatted("\"reasoning_content\":\"Hm.\",")
                + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}\n\n" + FAILED));
        assertThatThrownBy(() -> twice().completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.SERVER);
                    assertThat(e.retryable()).isTrue();
                    assertThat(e.backend()).isEqualTo("test");
                    assertThat(e.answer().orElseThrow().content()).isEqualTo("Blue");
                    assertThat(e.answer().orElseThrow().reasoning()).isEqualTo("Hm.");
                    assertThat(e.answer().orElseThrow().model()).isEqualTo("m1");
                    assertThat(e.usage()).contains(Usage.of(9, 4));
                });
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void truncatedStreamForACompletionKeepsThePartialAnswer() {
        server.enqueue(stream(BLUE.formatted("")));
        assertThatThrownBy(() -> twice().completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
                    assertThat(e.answer().orElseThrow().content()).isEqualTo("Blue");
                });
    }

    @Test
    void retriesAStreamThatFailsBeforeItsFirstToken() {
        server.enqueue(stream(FAILED));
        server.enqueue(reply(200, new String(ChatSamples.whole("Hi"), StandardCharsets.UTF_8)));
        assertThat(twice().completions(CompletionRequest.of("Hello")).content()).isEqualTo("Hi");
    }

    /** Received text is paid for, even if it was not emitted before the error. */
    @ParameterizedTest
    @ValueSource(strings = {"message", "delta"})
    void doesNotRetryAfterTextThatWasNotEmittedYet(String field) {
        String choice = "data: {\"choices\":[{\"index\":%d,\"%s\":{%s}}]}\n\n";
        server.enqueue(stream((field.equals("delta") ? choice.formatted(0, field, "\"role\":\"assistant\"") : "")
                + choice.formatted(1, field, "\"content\":\"Blue\"")
                + FAILED));
        assertThatThrownBy(() -> twice().completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.SERVER);
                    assertThat(e.answer().orElseThrow().content()).isEqualTo("Blue");
                });
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    private OpenAiProvider twice() {
        return provider(
                it -> it.retries(RetryPolicy.defaults().withMaxAttempts(2).withDelays(Duration.ZERO, Duration.ZERO)));
    }

    @Test
    void doesNotShowAPartOfTheKeyInAShortenedMessage() {
        server.enqueue(reply(200, "x".repeat(95) + KEY));
        assertThatThrownBy(() -> provider(it -> it.apiKey(KEY)).completions(CompletionRequest.of("Hello")))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
                    assertThat(e).hasMessageContaining("xxx").hasMessageNotContaining(KEY.substring(0, 3));
                });
    }

    /** In a gateway, the exception and its message have the name that the gateway gives the backend. */
    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 429, 500, 301})
    void errorNamesTheBackendOfTheGateway(int status) {
        server.enqueue(reply(status, "{\"error\":{\"message\":\"no\"}}"));
        OpenAiProvider unnamed = provider(it -> it.name("openai"));
        try (Gateway gateway = Gateway.builder().backend("main", unnamed).build()) {
            assertThatThrownBy(() -> gateway.completions(CompletionRequest.of("Hello")))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.backend()).isEqualTo("main"))
                    .hasMessageStartingWith("'main' (model m) ")
                    .hasMessageNotContaining("openai");
        }
    }

    @Test
    void errorBeforeSendingNamesTheBackendOfTheGateway() {
        OpenAiProvider unnamed = provider(it -> it.name("openai"));
        CompletionRequest request =
                CompletionRequest.builder().user("Hello").extra(Map.of("n", 2)).build();
        try (Gateway gateway = Gateway.builder().backend("main", unnamed).build()) {
            assertThatThrownBy(() -> gateway.completions(request))
                    .isInstanceOfSatisfying(LlmException.class, e -> {
                        assertThat(e.backend()).isEqualTo("main");
                        assertThat(e.refusedBeforeSending()).isTrue();
                    })
                    .hasMessageStartingWith("'main' (model m) extra.n: ")
                    .hasMessageNotContaining("openai");
        }
    }
}
