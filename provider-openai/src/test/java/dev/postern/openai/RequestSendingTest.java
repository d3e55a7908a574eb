package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallOptions;
import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.json.Json;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.WireExchange;
import java.time.Duration;
import java.util.Map;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

/** The HTTP requests that the provider sends. */
class RequestSendingTest extends MockServerTest {

    @Test
    void postsJsonOfKnownLengthOverHttp11() throws InterruptedException {
        server.enqueue(whole());
        provider(it -> it.apiKey(KEY)).completions(CompletionRequest.of("Hello"));

        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
        assertThat(request.getHeaders().get("Accept")).isEqualTo("application/json");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
        assertThat(request.getHeaders().get("Content-Length"))
                .isEqualTo("" + request.getBody().utf8().length());
        assertThat(request.getHeaders().names()).doesNotContain("Upgrade", "HTTP2-Settings", "Transfer-Encoding");
        assertThat(request.getBody().utf8())
                .isEqualTo("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
    }

    @Test
    void acceptsEventsForAStream() throws InterruptedException {
        server.enqueue(stream());
        assertThat(CompletionCollector.collect(provider().stream(CompletionRequest.of("Hello")))
                        .join()
                        .content())
                .isEqualTo("0 1 ");
        RecordedRequest request = server.takeRequest();
        assertThat(request.getHeaders().get("Accept")).isEqualTo("text/event-stream");
        assertThat(request.getHeaders().get("Authorization")).isNull();
        assertThat(request.getBody().utf8()).endsWith("\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void eachSubscriptionIsASeparateCall() {
        server.enqueue(stream());
        server.enqueue(stream());
        var cold = provider().stream(CompletionRequest.of("Hello"));
        assertThat(server.getRequestCount()).isZero();
        CompletionCollector.collect(cold).join();
        CompletionCollector.collect(cold).join();
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    /** All answers after the first would be paid for and lost. */
    @Test
    void refusesARequestForSeveralAnswers() {
        CompletionRequest request =
                CompletionRequest.builder().user("Hello").extra(Map.of("n", 2)).build();
        assertThatThrownBy(() -> provider().completions(request))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
                    assertThat(e.refusedBeforeSending()).isTrue();
                    assertThat(e.retryable()).isFalse();
                })
                .hasMessageEndingWith("extra.n: Postern reads one answer per request; send 2 requests.");
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void sendsTheDefaultModelUnlessTheRequestHasOne() throws InterruptedException {
        server.enqueue(whole());
        server.enqueue(whole());
        provider().completions(CompletionRequest.of("Hello"));
        llm.completions(CompletionRequest.builder().model("mine").user("Hello").build());
        assertThat(Json.object(server.takeRequest().getBody().toByteArray()).text("model"))
                .isEqualTo("m");
        assertThat(Json.object(server.takeRequest().getBody().toByteArray()).text("model"))
                .isEqualTo("mine");
    }

    @Test
    void sendsAzuresKeyHeaderAndDeploymentPath() throws InterruptedException {
        server.enqueue(whole());
        OpenAiProvider azure = provider(it -> it.baseUrl(server.url("/").toString())
                .profile(ServerProfile.AZURE)
                .apiVersion("2024-10-21")
                .apiKey(KEY));
        azure.completions(
                CompletionRequest.builder().model("my gpt").user("Hello").build());

        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget())
                .isEqualTo("/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21");
        assertThat(request.getHeaders().get("api-key")).isEqualTo(KEY);
        assertThat(request.getHeaders().get("Authorization")).isNull();
    }

    @Test
    void doesNotSendTheUserOfTheBaseUrl() throws InterruptedException {
        server.enqueue(whole());
        provider(it -> it.baseUrl(server.url("/v1").toString().replace("://", "://user:pass@")))
                .completions(CompletionRequest.of("Hello"));
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/v1/chat/completions");
        assertThat(request.getHeaders().toString()).doesNotContain("user", "pass");
        assertThat(llm.toString()).doesNotContain("user", "pass");
    }

    @Test
    void sendsTheHeadersOfTheProvider() throws InterruptedException {
        server.enqueue(whole());
        provider(it -> it.organization("org-1")
                        .project("proj_1")
                        .header("X-Team", "blue")
                        .organization("")
                        .project(""))
                .completions(CompletionRequest.of("Hello"));
        RecordedRequest request = server.takeRequest();
        assertThat(request.getHeaders().get("OpenAI-Organization")).isEqualTo("org-1");
        assertThat(request.getHeaders().get("OpenAI-Project")).isEqualTo("proj_1");
        assertThat(request.getHeaders().get("X-Team")).isEqualTo("blue");
    }

    @Test
    void callOptionsReachTheRequest() throws InterruptedException {
        server.enqueue(whole());
        CallOptions options = CallOptions.builder()
                .header("x-team", "red")
                .header("X-Trace", "t1")
                .query("trace id", "ü")
                .apiKey("sk-own")
                .build();
        provider(it -> it.apiKey(KEY).header("X-Team", "blue"))
                .completions(CompletionRequest.builder()
                        .user("Hello")
                        .options(options)
                        .build());
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/v1/chat/completions?trace%20id=%C3%BC");
        assertThat(request.getHeaders().values("X-Team")).containsExactly("red");
        assertThat(request.getHeaders().get("X-Trace")).isEqualTo("t1");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer sk-own");
    }

    @Test
    void callOptionsReplaceTheTimeouts() throws Exception {
        try (ScriptedServer silent = new ScriptedServer(WireExchange::hold)) {
            OpenAiProvider provider = provider(it -> it.baseUrl(silent.uri().toString()));
            CallOptions shortTimeout = CallOptions.builder()
                    .timeouts(Timeouts.defaults().withResponseStart(Duration.ofMillis(50)))
                    .build();
            assertThatThrownBy(() -> provider.completions(CompletionRequest.builder()
                            .user("Hello")
                            .options(shortTimeout)
                            .build()))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT));
        }
    }
}
