package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.RetryPolicy;
import dev.postern.openai.OpenAiProvider;
import dev.postern.server.http.Limits;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.WireExchange;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures of backends, from the socket of the backend to the socket of the client (W2). */
class BackendFailuresTest {
    private static final String KEY = "sk-very-secret";

    private static OpenAiProvider provider(String url) {
        return OpenAiProvider.builder()
                .name("main")
                .baseUrl(url)
                .apiKey(KEY)
                .defaultModel("m")
                .retries(RetryPolicy.none())
                .build();
    }

    /** Sends the request whole and as a stream, each on one connection, which must stay usable. */
    private static List<RawClient.Answer> ask(String url) throws IOException {
        try (TestServer served = TestServer.of(provider(url));
                RawClient client = served.client()) {
            RawClient.Answer whole = client.request("POST", COMPLETIONS, HELLO).answer();
            RawClient.Answer stream = client.request("POST", STREAM, HELLO).answer();
            assertThat(client.request("GET", "/healthz", "").answer().status()).isEqualTo(200);
            return List.of(whole, stream);
        }
    }

    private static void assertReported(RawClient.Answer answer, int status, String address) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("X-Request-Id")).matches("[0-9a-f]{32}");
        assertThat(TestServer.field(answer, "detail")).asString().isNotEmpty();
        assertThat(TestServer.json(answer).object("error").text("request_id")).isEqualTo(answer.header("X-Request-Id"));
        assertThat(TestServer.json(answer).object("error").text("backend")).isEqualTo("main");
        assertThat(answer.body() + answer.headers())
                .doesNotContain(address.substring("http://".length()), KEY, "Exception", "\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "400, 400",
        "401, 401",
        "403, 403",
        "404, 404",
        "422, 422",
        "429, 429",
        "500, 500",
        "502, 500",
        "503, 503",
        "504, 500",
        "529, 503"
    })
    void theStatusOfTheBackendIsKeptOrMappedTo500(int theirs, int ours) throws IOException {
        try (ScriptedServer backend = new ScriptedServer(exchange -> exchange.answer(
                theirs,
                "application/json",
                "{\"error\":{\"message\":\"The server says no.\",\"code\":\"some_code\"}}",
                "Retry-After: 7"))) {
            for (RawClient.Answer answer : ask(backend.uri().toString())) {
                assertReported(answer, ours, backend.uri().toString());
                assertThat(TestServer.field(answer, "detail")).asString().contains("The server says no.");
                if (ours == 429 || ours == 503) {
                    assertThat(answer.header("Retry-After")).isEqualTo("7");
                }
            }
        }
    }

    @Test
    void anHtmlPageOfAProxyIsA500() throws IOException {
        try (ScriptedServer backend = new ScriptedServer(
                exchange -> exchange.answer(502, "text/html", "<html><h1>Bad Gateway</h1></html>"))) {
            for (RawClient.Answer answer : ask(backend.uri().toString())) {
                assertReported(answer, 500, backend.uri().toString());
            }
        }
    }

    @Test
    void addressesAreRemovedFromMessages() throws IOException {
        try (ScriptedServer backend = new ScriptedServer(exchange -> exchange.answer(
                400,
                "application/json",
                "{\"error\":{\"message\":\"Bad, see http://10.1.2.3:8080/internal for more.\"}}"))) {
            for (RawClient.Answer answer : ask(backend.uri().toString())) {
                assertReported(answer, 400, backend.uri().toString());
                assertThat(answer.body()).contains("Bad, see").doesNotContain("10.1.2.3", "internal");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\":{\"message\":\"It broke.\"}}", "no json", "", "[]"})
    void aStatus200WithoutAValidAnswerIsA500(String body) throws IOException {
        try (ScriptedServer backend = new ScriptedServer(exchange -> exchange.answer(200, "application/json", body))) {
            for (RawClient.Answer answer : ask(backend.uri().toString())) {
                assertReported(answer, 500, backend.uri().toString());
            }
        }
    }

    @Test
    void aNullUsageIsAccepted() throws IOException {
        try (ScriptedServer backend = new ScriptedServer(exchange -> exchange.answer(
                200,
                "application/json",
                "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":null}"))) {
            RawClient.Answer answer = ask(backend.uri().toString()).get(0);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(TestServer.field(answer, "content")).isEqualTo("Hi");
        }
    }

    @Test
    void aBackendThatDisconnectsIsA500() throws IOException {
        try (ScriptedServer backend = new ScriptedServer(WireExchange::close)) {
            for (RawClient.Answer answer : ask(backend.uri().toString())) {
                assertReported(answer, 500, backend.uri().toString());
            }
        }
    }

    @Test
    void aRefusedConnectionIsA503() throws IOException {
        String nowhere;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nowhere = "http://127.0.0.1:" + socket.getLocalPort();
        }
        for (RawClient.Answer answer : ask(nowhere)) {
            assertReported(answer, 503, nowhere);
        }
    }

    @Test
    void anUnknownHostIsA503() throws IOException {
        for (RawClient.Answer answer : ask("http://no-such-host.invalid")) {
            assertReported(answer, 503, "http://no-such-host.invalid");
        }
    }

    @Test
    void aCutOffStreamIsAnErrorEventAndAnIncompleteAnswer() throws IOException {
        try (ScriptedServer backend = new ScriptedServer(exchange -> exchange.beginChunked(200, "text/event-stream")
                        .chunk("data: {\"choices\":[{\"delta\":{\"content\":\"Once\"}}]}\n\n")
                        .close());
                TestServer served = TestServer.of(provider(backend.uri().toString()));
                RawClient client = served.client()) {
            RawClient.Answer answer = client.request("POST", STREAM, HELLO).answer();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.whole()).isFalse();
            assertThat(answer.body())
                    .startsWith("data: {\"type\":\"content_delta\",\"delta\":\"Once\"}\n\ndata: {\"type\":\"error\"")
                    .contains("\"kind\":\"incomplete_stream\"")
                    .doesNotContain("127.0.0.1", KEY);
        }
    }

    @Test
    void aDisconnectedClientClosesTheConnectionToTheBackend() throws Exception {
        try (ScriptedServer backend = new ScriptedServer(exchange -> exchange.beginChunked(200, "text/event-stream")
                        .chunk("data: {\"choices\":[{\"delta\":{\"content\":\"Once\"}}]}\n\n")
                        .hold());
                TestServer served = TestServer.of(provider(backend.uri().toString()))) {
            try (RawClient client = served.client()) {
                client.request("POST", STREAM, HELLO).headers();
                backend.exchange(0);
            }
            backend.exchange(0).awaitPeerClosed(); // comments that are sent while the backend is silent detect it
        }
    }

    @Test
    void aRequestThatABackendMayHaveRunIsNotRetried() throws IOException {
        FakeBackend first = failing(
                "first", LlmException.builder(Kind.SERVER, "x").status(500).build());
        FakeBackend second = failing("second", new LlmException(Kind.CONNECTION, "x", new ConnectException()));
        FakeBackend third = failing("third", new LlmException(Kind.CONNECTION, "x", new ConnectException()));
        try (TestServer served = TestServer.of(
                Limits.defaults(),
                gateway ->
                        gateway.fallbacks("first", List.of("second", "third")).fallbacks("second", List.of("third")),
                first,
                second,
                third)) {
            assertThat(served.post(COMPLETIONS, HELLO).status()).isEqualTo(500);
            assertThat(served.post(COMPLETIONS, HELLO, "X-Provider: second").status())
                    .isEqualTo(503);
        }
    }

    private static FakeBackend failing(String name, LlmException failure) {
        FakeBackend backend = new FakeBackend(name);
        backend.answer = request -> CompletableFuture.failedFuture(failure);
        return backend;
    }
}
