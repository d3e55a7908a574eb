package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.server.http.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile and defective clients: each gets the right status, no data leaks, and the server continues. */
class HostileClientTest {
    private static final int LIMIT = 100_000;

    private final FakeBackend main = new FakeBackend("main");
    private final TestServer served = TestServer.of(Limits.defaults().withBody(LIMIT, Duration.ofMillis(1000)), main);

    @AfterEach
    void checkThatTheServerStillAnswers() throws IOException {
        assertThat(served.post(COMPLETIONS, HELLO).status()).isEqualTo(200);
        served.close();
    }

    private static String head(String... headers) {
        return "POST " + COMPLETIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n";
    }

    @Test
    void aBodyWithATooLargeContentLengthIsRefusedUnread() throws IOException {
        try (RawClient client = served.client()) {
            RawClient.Answer answer =
                    client.send(head("Content-Length: " + (LIMIT + 1L))).answer(); // the client sends no body

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(answer.header("X-Request-Id")).isNotEmpty();
            assertThat(TestServer.field(answer, "detail")).asString().contains("100000 bytes");
        }
    }

    @Test
    void aChunkedBodyAboveTheLimitIsRefused() throws IOException {
        try (RawClient client = served.client()) {
            client.send(head("Transfer-Encoding: chunked"));
            String piece = "x".repeat(0x1000);
            for (int sent = 0; sent <= 2 * LIMIT; sent += piece.length()) {
                client.send("1000\r\n" + piece + "\r\n");
            }
            assertThat(client.send("0\r\n\r\n").answer().status()).isEqualTo(413);
        }
    }

    @Test
    void aClientThatStillSendsATooLargeBodyReceivesTheAnswer() throws IOException {
        try (RawClient client = served.client()) {
            client.send(head("Content-Length: " + (8 << 20)));
            byte[] piece = new byte[1 << 20];
            for (int i = 0; i < 8; i++) {
                client.send(piece);
            }
            assertThat(client.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void aClientThatSendsALargeBodyToAnUnknownPathReceivesTheAnswer() throws IOException {
        try (RawClient client = served.client()) {
            client.send("POST /nope HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                    + (8 << 20) + "\r\n\r\n");
            byte[] piece = new byte[1 << 20];
            for (int i = 0; i < 8; i++) {
                client.send(piece);
            }
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.header("Connection")).isEqualTo("close");
        }
    }

    @Test
    void aSlowBodyIsA408() throws IOException {
        try (RawClient client = served.client()) {
            client.send(head("Content-Length: 5000"));
            CompletableFuture<Void> trickle = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        client.send("x");
                        Thread.sleep(50); // the test needs a slow client
                    }
                } catch (IOException | InterruptedException e) {
                    // the server closed the connection
                }
            });
            assertThat(client.answer().status()).isEqualTo(408);
            trickle.cancel(true);
        }
    }

    @Test
    void aBodyThatIsNotSentClosesTheConnection() throws IOException {
        try (RawClient client = served.client()) {
            client.send(head("Content-Length: 5000")).send("{");

            assertThat(client.rest()).doesNotContain("200 OK");
        }
    }

    @Test
    void aClientThatDisconnectsDuringItsBodyIsDropped() throws IOException {
        try (RawClient client = served.client()) {
            client.send(head("Content-Length: 5000")).send("{");
        }
        assertThat(main.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"zz\r\nabc\r\n", "-5\r\nabc\r\n", "FFFFFFFFFFFFFFFF\r\nabc\r\n", "3\r\nabcdef\r\n0\r\n\r\n"})
    void invalidChunksAreRefused(String chunks) throws IOException {
        try (RawClient client = served.client()) {
            client.send(head("Transfer-Encoding: chunked")).send(chunks);

            assertThat(client.rest()).doesNotContain("200 OK", "Exception");
        }
    }

    @Test
    void deepJsonIsInvalidInput() throws IOException {
        String deep = "{\"messages\":[{\"role\":\"user\",\"content\":" + "[".repeat(40_000);

        assertThat(served.post(COMPLETIONS, deep).status()).isEqualTo(422);
        assertThat(served.post(COMPLETIONS, deep + "]".repeat(40_000) + "}]}").status())
                .isEqualTo(422);
    }

    @Test
    void invalidUtf8IsInvalidInput() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("{\"messages\":[{\"role\":\"user\",\"content\":\"".getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(new byte[] {(byte) 0xC3, (byte) 0x28, (byte) 0xFF});
        body.writeBytes("\"}]}".getBytes(StandardCharsets.US_ASCII));
        try (RawClient client = served.client()) {
            client.send(head("Content-Length: " + body.size())).send(body.toByteArray());

            assertThat(client.answer().status()).isEqualTo(422);
        }
    }

    @Test
    void anOverlongNumberIsInvalidInput() throws IOException {
        String endless = HELLO.replaceFirst("\\{", "{\"max_tokens\":" + "9".repeat(50_000) + ",");

        assertThat(served.post(COMPLETIONS, endless).status()).isEqualTo(422);
    }

    @ParameterizedTest
    @ValueSource(strings = {COMPLETIONS, STREAM})
    void theNameOfABackendIsSanitizedAndShortened(String path) throws IOException {
        RawClient.Answer answer = served.post(path, HELLO, "X-Provider-LLM: a\u001b[31m\u0007<script>");
        assertThat(answer.status()).isEqualTo(400); // some JDKs answer before the server reads it
        assertThat(answer.body()).doesNotContain("\u001b", "\u0007", "\\u001b", "\\u0007");
        String wide = HELLO.replaceFirst("\\{", "{\"provider\":\"a\u009b31m\u0085b\",");
        assertThat(served.post(path, wide).body()).contains("a?31m?b");

        RawClient.Answer endless = served.post(path, HELLO, "X-Provider-LLM: " + "n".repeat(10_000));
        assertThat(endless.status()).isEqualTo(400);
        assertThat(endless.body().length()).isLessThan(600);

        String inBody = HELLO.replaceFirst("\\{", "{\"provider\":\"a\\\\r\\\\nSet-Cookie: x\",");
        RawClient.Answer split = served.post(path, inBody);
        assertThat(split.status()).isEqualTo(400);
        assertThat(split.headers()).doesNotContainKey("set-cookie");
        assertThat(split.body()).contains("a??Set-Cookie: x").doesNotContain("\\r", "\\n");
    }

    @Test
    void aFoldedHeaderInjectsNothing() throws IOException {
        try (RawClient client = served.client()) {
            client.send("GET /healthz HTTP/1.1\r\nHost: h\r\nX-Request-Id: a\r\n Set-Cookie: x\r\n\r\n");

            assertThat(client.restAfterEnd()).doesNotContain("Set-Cookie");
        }
    }

    @Test
    void thousandsOfHeadersCloseTheConnection() throws IOException {
        StringBuilder head = new StringBuilder("GET /healthz HTTP/1.1\r\nHost: h\r\n");
        for (int i = 0; i < 5000; i++) {
            head.append("X-Header-").append(i).append(": ").append(i).append("\r\n");
        }
        try (RawClient client = served.client()) {
            try {
                client.send(head.append("\r\n").toString());
            } catch (IOException e) {
                // the server closed the connection before the end
            }
            assertThat(client.rest()).doesNotContain("200 OK");
        }
    }

    @Test
    void anEndlessHeaderClosesTheConnection() throws IOException {
        try (RawClient client = served.client()) {
            try {
                client.send("GET /healthz HTTP/1.1\r\nX-Long: " + "x".repeat(2 << 20) + "\r\n\r\n");
            } catch (IOException e) {
                // the server closed the connection before the end
            }
            assertThat(client.rest()).doesNotContain("200 OK");
        }
    }

    @Test
    void invalidBytesAfterARequestDoNotAffectIt() throws IOException {
        try (RawClient client = served.client()) {
            client.request("POST", COMPLETIONS, HELLO).send("\u0000\u0001rubbish\r\n\r\n");

            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.rest()).doesNotContain("200 OK", "Exception");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        try (RawClient client = served.client()) {
            for (int i = 0; i < 5; i++) {
                client.request("POST", COMPLETIONS, HELLO, "X-Request-Id: r" + i);
            }
            for (int i = 0; i < 5; i++) {
                assertThat(client.answer().header("X-Request-Id")).isEqualTo("r" + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n\r\n\r\nrubbish\r\n\r\n",
                "GET\r\n\r\n",
                "GET /healthz\r\n\r\n",
                "GET http://[::1 HTTP/1.1\r\n\r\n",
                "GET mailto:x HTTP/1.1\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
                "POST " + COMPLETIONS + " HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
                "POST " + COMPLETIONS + " HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
                "POST " + COMPLETIONS + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
                "POST " + COMPLETIONS
                        + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n"
            })
    void anInvalidRequestIsRefusedOrTheConnectionIsClosed(String invalid) throws IOException {
        try (RawClient client = served.client()) {
            client.send(invalid);

            assertThat(client.restAfterEnd()).doesNotContain("200 OK", "java.", "\tat ");
        }
    }

    @Test
    void aConnectionAboveTheLimitIsA503WithRetryAfter() throws IOException {
        try (TestServer small = TestServer.of(Limits.defaults().withRequests(1), main);
                RawClient first = small.client()) {
            first.request("POST", STREAM, HELLO);
            FakeBackend.OpenStream stream = main.stream();

            RawClient.Answer answer = small.post(COMPLETIONS, HELLO);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");

            stream.complete();
            assertThat(first.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void anInternalErrorShowsNoDetails() throws IOException {
        main.answer = request -> {
            throw new IllegalStateException("secret internals");
        };
        for (String path : List.of(COMPLETIONS)) {
            RawClient.Answer answer = served.post(path, HELLO);

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).doesNotContain("secret internals", "IllegalState", "\\tat");
        }
        main.answer = request -> CompletableFuture.completedFuture(FakeBackend.text("fine again"));
    }

    @Test
    void aVirtualMachineErrorEndsTheRequestOnly() throws IOException {
        main.answer = request -> {
            throw new StackOverflowError();
        };
        try (RawClient client = served.client()) {
            RawClient.Answer answer = client.request("POST", COMPLETIONS, HELLO).answer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).doesNotContain("StackOverflow");
        }
        main.answer = request -> CompletableFuture.completedFuture(FakeBackend.text("fine again"));
    }
}
