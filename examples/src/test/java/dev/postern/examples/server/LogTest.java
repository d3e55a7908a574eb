package dev.postern.examples.server;

import static dev.postern.examples.server.Served.COMPLETIONS;
import static dev.postern.examples.server.Served.HELLO;
import static dev.postern.examples.server.Served.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogTest {
    private final FakeBackend main = new FakeBackend("main");
    private final FakeBackend alt = new FakeBackend("alt");
    private final LogLines log = new LogLines();

    @AfterEach
    void close() {
        log.close();
    }

    /** All lines; the last of them is written when the server has nothing more to do. */
    private List<String> lines(Served served) {
        served.server.stop(java.time.Duration.ofSeconds(30));
        return log.lines();
    }

    @Test
    void eachRequestIsOneLineWithoutContent() throws IOException {
        try (Served served = Served.of(main)) {
            served.post(COMPLETIONS, HELLO, "X-Request-Id: r1", "Authorization: Bearer sk-secret");
            served.get("/nope?token=secret", "X-Request-Id: r2");
            served.post(COMPLETIONS, "{", "X-Request-Id: r3");

            List<String> lines = lines(served);
            assertThat(lines) // in any order: a line is written after its answer
                    .hasSize(3)
                    .anyMatch(line ->
                            line.matches("INFO POST /api/v1/llm/completions 200 \\d+ ms backend=main request=r1"))
                    .anyMatch(line -> line.matches("INFO GET /nope 404 \\d+ ms request=r2"))
                    .anyMatch(line -> line.matches(
                            "INFO POST /api/v1/llm/completions 422 \\d+ ms request=r3 \\(INVALID_REQUEST\\)"));
        }
    }

    @Test
    void aStreamThatFailedSaysSo() throws IOException {
        try (Served served = Served.of(main);
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
    void whatAServerSaidIsLeftOut() throws IOException {
        main.answer = request -> CompletableFuture.failedFuture(
                LlmException.builder(Kind.CONTENT_FILTER, "'main' answered 400: you said Hello, which is rude.")
                        .backend("main")
                        .status(400)
                        .serverMessage("you said Hello, which is rude.")
                        .build());
        try (Served served = Served.of(main)) {
            served.post(COMPLETIONS, HELLO, "X-Request-Id: r1");

            assertThat(lines(served))
                    .singleElement()
                    .asString()
                    .endsWith(" backend=main request=r1 (CONTENT_FILTER: 'main' answered 400)");
        }
    }

    @Test
    void aDefectIsNamedWithoutItsMessage() throws IOException {
        try (Served served = Served.of(main)) {
            Router router = new Router().get("/broken", exchange -> {
                throw new IllegalStateException("with content");
            });
            try (GatewayServer server = GatewayServer.start(
                            new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0),
                            router,
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
    void aSwitchIsTold() throws IOException {
        main.answer =
                request -> CompletableFuture.failedFuture(LlmException.builder(Kind.OVERLOADED, "Too much\nto do.")
                        .backend("main")
                        .build());
        try (Served served = Served.of(
                Limits.defaults(),
                gateway -> gateway.fallbacks("main", List.of("alt")).listener(new SwitchLog()),
                main,
                alt)) {
            assertThat(Served.field(served.post(COMPLETIONS, HELLO), "content")).isEqualTo("Hello from alt");

            assertThat(lines(served)).contains("WARNING alt stands in for main: OVERLOADED: Too much to do.");
        }
    }

    @Test
    void aMethodOfAStrangersMakingIsShort() throws IOException {
        try (Served served = Served.of(main);
                RawClient client = served.client()) {
            client.request("M".repeat(30_000), "/", "").answer();

            assertThat(lines(served)).singleElement().asString().startsWith("INFO MMMMMMMMMMMMMMMMMMMM… / 404 ");
        }
    }
}
