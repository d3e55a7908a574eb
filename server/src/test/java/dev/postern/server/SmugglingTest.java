package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that another server before this one could read differently. */
class SmugglingTest {
    private final FakeBackend main = new FakeBackend("main");
    private final TestServer served = TestServer.of(main);

    @AfterEach
    void close() {
        served.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                "Content-Length: 4\r\nContent-Length: 5\r\n",
                "Content-Length: 4, 5\r\n",
                "Content-Length: +4\r\n",
                "Transfer-Encoding: gzip, chunked, identity\r\n",
                "Transfer-Encoding : chunked\r\n",
                "Transfer-Encoding: chunked\n",
                "X-A: b\nContent-Length: 4\r\n",
                "X-A\r\n"
            })
    void anAmbiguousLengthIsRefusedAndTheConnectionCloses(String headers) throws IOException {
        try (RawClient client = served.client()) {
            client.send("POST " + COMPLETIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + headers + "\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            RawClient.Answer answer = client.answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
            assertThat(answer.header("X-Request-Id")).isNotEmpty();
            assertThat(TestServer.json(answer).object("error").text("kind")).isEqualTo("invalid_request");
            assertThat(client.rest()).isEmpty(); // the second request is not answered
        }
        assertThat(main.requests).isEmpty();
    }

    /** RFC 9112, 5.2: each fold counts as a space, so what follows is part of the value. */
    @Test
    void aFoldedHeaderIsOneHeader() throws IOException {
        try (RawClient client = served.client()) {
            client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n Transfer-Encoding: chunked\r\n\r\n"
                    + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }
}
