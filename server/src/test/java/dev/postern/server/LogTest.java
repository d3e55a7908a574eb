package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.agent.AgentSpec;
import dev.postern.server.http.AccessCheck;
import dev.postern.server.http.GatewayServer;
import dev.postern.server.http.Limits;
import dev.postern.server.http.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogTest {
    private final FakeBackend main = new FakeBackend("main");
    private final FakeBackend alt = new FakeBackend("alt");
    private final LogLines log = new LogLines();
    private static final Logger LOGGER =
            Logger.getLogger("dev.postern.server"); // kept, because a collected one loses its filter

    @AfterEach
    void close() {
        log.close();
    }

    /** Stops the server, after which the last line is written, and returns all lines. */
    private List<String> lines(TestServer served) {
        served.server.stop(Duration.ofSeconds(30));
        return log.lines();
    }

    @Test
    void eachRequestIsOneLineWithoutContent() throws IOException {
        try (TestServer served = TestServer.of(main)) {
            served.post(COMPLETIONS, HELLO, "X-Request-Id: r1", "Authorization: Bearer sk-secret");
            served.get("/nope?token=secret", "X-Request-Id: r2");
            served.post(COMPLETIONS, "{", "X-Request-Id: r3");

            List<String> lines = lines(served);
            assertThat(lines) // in any order, because a line is written after its answer
                    .hasSize(3)
                    .anyMatch(line ->
                            line.matches("INFO POST /api/v1/llm/completions 200 \\d+ ms backend=main request=r1"))
                    .anyMatch(line -> line.matches("INFO GET /nope 404 \\d+ ms request=r2"))
                    .anyMatch(line -> line.matches(
                            "INFO POST /api/v1/llm/completions 422 \\d+ ms request=r3 \\(INVALID_REQUEST\\)"));
        }
    }

    @Test
    void aLogThatHangsDelaysNoRequest() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        Filter hanging = line -> {
            hangs.countDown();
            try {
                return goesOn.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                return false;
            }
        };
        try (TestServer served = TestServer.of(main)) {
            LOGGER.setFilter(hanging);
            try {
                for (int i = 0; i < 20; i++) { // more than there are event loops
                    assertThat(served.post(COMPLETIONS, HELLO).status()).isEqualTo(200);
                }
                assertThat(hangs.await(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                goesOn.countDown();
                LOGGER.setFilter(null);
            }
            assertThat(lines(served)).hasSize(20);
        }
    }

    @Test
    void aFailedStreamIsLogged() throws IOException {
        try (TestServer served = TestServer.of(main);
                RawClient client = served.client()) {
            client.request("POST", STREAM, HELLO, "X-Request-Id: r1");
            main.stream().emit("one").fail(new LlmException(Kind.SERVER, "no"));
            client.answer();

            assertThat(lines(served))
                    .singleElement()
                    .asString()
                    .matches(
                            "INFO POST /api/v1/llm/completions/stream 200 \\d+ ms backend=main request=r1 \\(SERVER: no\\)");
        }
    }

    @Test
    void messagesOfBackendsAreNotLogged() throws IOException {
        main.answer = request -> CompletableFuture.failedFuture(
                LlmException.builder(Kind.CONTENT_FILTER, "'main' answered 400: you said Hello, which is rude.")
                        .backend("main")
                        .status(400)
                        .serverMessage("you said Hello, which is rude.")
                        .build());
        try (TestServer served = TestServer.of(main)) {
            served.post(COMPLETIONS, HELLO, "X-Request-Id: r1");

            assertThat(lines(served))
                    .singleElement()
                    .asString()
                    .endsWith(" backend=main request=r1 (CONTENT_FILTER: 'main' answered 400)");
        }
    }

    @Test
    void anInternalErrorIsLoggedWithoutItsMessage() throws IOException {
        try (TestServer served = TestServer.of(main)) {
            Router router = new Router().get("/broken", exchange -> {
                throw new IllegalStateException("with content");
            });
            try (GatewayServer server = GatewayServer.start(
                            new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0),
                            router,
                            AccessCheck.NONE,
                            exchange -> {},
                            Limits.defaults());
                    RawClient client = new RawClient(server.port())) {
                RawClient.Answer answer =
                        client.request("GET", "/broken", "", "X-Request-Id: r1").answer();
                assertThat(answer.status()).isEqualTo(500);
                assertThat(answer.body()).doesNotContain("with content", "IllegalState");
            }
            assertThat(lines(served))
                    .anyMatch(line -> line.startsWith("WARNING GET /broken 500 ")
                            && line.contains("request=r1 (java.lang.IllegalStateException at dev.postern"))
                    .noneMatch(line -> line.contains("with content"));
        }
    }

    @Test
    void aFallbackIsLogged() throws IOException {
        main.answer =
                request -> CompletableFuture.failedFuture(LlmException.builder(Kind.OVERLOADED, "Too much\nto do.")
                        .backend("main")
                        .build());
        try (TestServer served = TestServer.of(
                Limits.defaults(),
                gateway -> gateway.fallbacks("main", List.of("alt"))
                        .instrumentation(dev.postern.call.Instrumentation.builder()
                                .listener(new FallbackLog())
                                .build()),
                main,
                alt)) {
            assertThat(TestServer.field(served.post(COMPLETIONS, HELLO), "content"))
                    .isEqualTo("Hello from alt");

            assertThat(lines(served)).contains("WARNING Fallback from main to alt: OVERLOADED: Too much to do.");
        }
    }

    @Test
    void anUnknownMethodIsShortenedInTheLog() throws IOException {
        try (TestServer served = TestServer.of(main);
                RawClient client = served.client()) {
            client.request("M".repeat(30_000), "/", "").answer();

            assertThat(lines(served)).singleElement().asString().startsWith("INFO MMMMMMMMMMMMMMMMMMMM… / 404 ");
        }
    }

    @Test
    void theBackendThatAnsweredIsNamedInTheLogAndInTheAnswer() throws IOException {
        main.answer = request -> CompletableFuture.failedFuture(new LlmException(Kind.SERVER, "down"));
        try (TestServer served =
                TestServer.of(Limits.defaults(), gateway -> gateway.fallbacks("main", List.of("alt")), main, alt)) {
            assertThat(served.post(COMPLETIONS, HELLO, "X-Request-Id: r1").header("X-Backend"))
                    .isEqualTo("alt");
            alt.answer = request -> CompletableFuture.failedFuture(new LlmException(Kind.SERVER, "down, too"));
            RawClient.Answer failed = served.post(COMPLETIONS, HELLO, "X-Request-Id: r2");
            assertThat(failed.header("X-Backend")).isEqualTo("alt");
            assertThat(TestServer.json(failed).object("error").text("backend")).isEqualTo("alt");
            assertThat(served.get("/api/v1/llm/models").header("X-Backend")).isEqualTo("main");
            assertThat(served.post(COMPLETIONS, "{}").header("X-Backend")).isEmpty();

            assertThat(lines(served))
                    .anyMatch(line -> line.contains(" 200 ") && line.endsWith(" backend=alt asked=main request=r1"))
                    .anyMatch(line -> line.contains(" 500 ") && line.contains(" backend=alt asked=main request=r2 ("));
        }
    }

    @Test
    void aStreamNamesItsBackendInTheHeadersIfItIsKnown() throws IOException {
        try (TestServer served = TestServer.of(
                        Limits.defaults(), gateway -> gateway.fallbacks("main", List.of("alt")), main, alt);
                RawClient client = served.client()) {
            client.request("POST", STREAM, HELLO);
            main.stream().fail(new LlmException(Kind.SERVER, "down"));
            alt.stream().emit("one").emit(FakeBackend.stop()).complete();
            RawClient.Answer answer = client.answer();

            assertThat(answer.header("X-Backend")).isEqualTo("alt");
            assertThat(answer.body()).contains("\"type\":\"message_stop\"").doesNotContain("\"backend\"");
        }
    }

    @Test
    void aStreamNamesItsBackendInItsLastEventIfItWasUnknown() throws IOException {
        Limits hasty = Limits.defaults().withSilence(Duration.ofMillis(50), Duration.ofSeconds(1));
        try (TestServer served = TestServer.of(hasty, gateway -> gateway.fallbacks("main", List.of("alt")), main, alt);
                RawClient client = served.client()) {
            client.request("POST", STREAM, HELLO);
            FakeBackend.OpenStream silent = main.stream();
            client.line(); // the 200 is sent before a backend has answered
            Map<String, String> head = client.headers();
            silent.fail(new LlmException(Kind.SERVER, "down"));
            alt.stream().emit("one").emit(FakeBackend.stop()).complete();
            String rest = client.chunks();

            assertThat(head).doesNotContainKey("x-backend");
            assertThat(rest)
                    .contains("{\"type\":\"message_stop\",\"stop_reason\":\"end_turn\",\"model\":\"m\","
                            + "\"backend\":\"alt\"}");
        }
    }

    @Test
    void aRunNamesItsBackendInTheHeaderAndInTheLastEvent() throws IOException {
        try (TestServer served = TestServer.withAgents(
                Limits.defaults(),
                agents -> agents.spec(AgentSpec.builder("helper").build()),
                main)) {
            RawClient.Answer whole = served.post("/api/v1/agents/helper/chat", "{\"message\":\"Hi\"}");
            assertThat(whole.header("X-Backend")).isEqualTo("main");
            try (RawClient client = served.client()) {
                client.request("POST", "/api/v1/agents/helper/chat/stream", "{\"message\":\"Hi\"}");
                main.stream().emit("one").emit(FakeBackend.stop()).complete();
                assertThat(client.answer().body()).contains("\"backend\":\"main\"");
            }
        }
    }

    @Test
    void aNameThatIsNotAValidHeaderIsEncoded() throws IOException {
        try (TestServer served = TestServer.of(new FakeBackend("größe 1\r\nX-Evil: 1"))) {
            assertThat(served.post(COMPLETIONS, HELLO).header("X-Backend"))
                    .isEqualTo("gr%C3%B6%C3%9Fe%201%0D%0AX-Evil:%201");
        }
    }
}
