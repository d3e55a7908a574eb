package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.server.http.AccessCheck;
import dev.postern.server.http.GatewayServer;
import dev.postern.server.http.Limits;
import dev.postern.server.http.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTest {
    private final TestServer served = TestServer.of(new FakeBackend("main"));

    @AfterEach
    void close() {
        served.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nope",
                "/api/v1/llm",
                "/api/v1/llm/completions/more",
                "/api/v1/llm/completions//",
                "/API/v1/llm/completions",
                "/api/v1/llm/../llm/models",
                "/healthz%2F",
                "/nope/"
            })
    void anUnknownPathIsA404(String path) throws IOException {
        RawClient.Answer answer = served.get(path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(TestServer.field(answer, "detail")).isEqualTo("Not Found");
        assertThat(TestServer.json(answer).object("error").text("kind")).isEqualTo("not_found");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/llm/completions, POST",
        "PUT, /api/v1/llm/completions/stream, POST",
        "HEAD, /api/v1/llm/completions, POST",
        "POST, /api/v1/llm/models, 'GET, HEAD'",
        "DELETE, /api/v1/providers, 'GET, HEAD'",
        "OPTIONS, /healthz, 'GET, HEAD'",
        "BREW, /readyz, 'GET, HEAD'"
    })
    void anotherMethodIsA405WithTheAllowedMethods(String method, String path, String allowed) throws IOException {
        try (RawClient client = served.client()) {
            client.request(method, path, "");
            RawClient.Answer answer = method.equals("HEAD") ? client.answerWithoutBody() : client.answer();

            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("Allow")).isEqualTo(allowed);
            if (!method.equals("HEAD")) {
                assertThat(TestServer.field(answer, "detail")).isEqualTo("Method Not Allowed");
            }
            assertThat(client.request("GET", "/healthz", "").answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /healthz/, /healthz",
        "GET, /api/v1/llm/models/?a=b, /api/v1/llm/models?a=b",
        "POST, /api/v1/llm/completions/, /api/v1/llm/completions"
    })
    void aTrailingSlashIsRedirected(String method, String path, String location) throws IOException {
        try (RawClient client = served.client()) {
            RawClient.Answer answer = client.request(method, path, method.equals("POST") ? HELLO : "")
                    .answer();

            assertThat(answer.status()).isEqualTo(307);
            assertThat(answer.header("Location")).isEqualTo(location);
            assertThat(answer.body()).isEmpty();
            assertThat(client.request("GET", "/healthz", "").answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example/healthz/", "//healthz/", "///healthz/", "//evil.example/%2e%2e/"})
    void aRedirectNeverLeadsToAnotherHost(String target) throws IOException {
        RawClient.Answer answer = served.get(target);

        assertThat(answer.status()).isIn(400, 404); // some JDKs refuse it before the server reads it
        assertThat(answer.header("Location")).isEmpty();
    }

    @Test
    void headReturnsTheHeadersOfGet() throws IOException {
        try (RawClient client = served.client()) {
            String body =
                    client.request("GET", "/api/v1/providers", "").answer().body();
            RawClient.Answer head =
                    client.request("HEAD", "/api/v1/providers", "").answerWithoutBody();

            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(body.length()));
            assertThat(head.header("Content-Type")).isEqualTo("application/json");
            assertThat(client.request("GET", "/healthz", "").answer().body()).isEqualTo("{\"status\":\"ok\"}");
        }
    }

    @Test
    void aQueryIsNotPartOfThePath() throws IOException {
        assertThat(served.get("/healthz?x=y").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Type: application/json | Content-Encoding: gzip, 415",
        "Content-Type: application/json | Content-Encoding: identity, 200",
        "Content-Type: text/plain, 403",
        "Content-Type: multipart/form-data; boundary=x, 403",
        "Content-Type: application/json; charset=utf-8, 200",
        "Content-Type: APPLICATION/JSON, 200",
        "Content-Type: application/vnd.api+json, 200",
        "X-Nothing: said, 403"
    })
    void aBodyIsPlainJson(String header, int status) throws IOException {
        try (RawClient client = served.client()) {
            client.send("POST " + COMPLETIONS + " HTTP/1.1\r\nHost: localhost\r\n" + header.replace(" | ", "\r\n")
                    + "\r\nContent-Length: " + HELLO.length() + "\r\n\r\n" + HELLO);
            assertThat(client.answer().status()).isEqualTo(status);
            assertThat(client.request("GET", "/healthz", "").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aSegmentInBracesIsAParameter() throws IOException {
        Router router = new Router()
                .get(
                        "/agents/{name}/sessions/{id}",
                        exchange -> exchange.json(
                                200,
                                (exchange.parameter("name") + " " + exchange.parameter("id"))
                                        .getBytes(StandardCharsets.UTF_8)))
                .delete("/agents/{name}", exchange -> exchange.empty(204, Map.of()));
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (GatewayServer server =
                        GatewayServer.start(free, router, AccessCheck.NONE, exchange -> {}, Limits.defaults());
                RawClient client = new RawClient(server.port())) {
            assertThat(client.request("GET", "/agents/system%3Abob/sessions/a%2Fb+c", "")
                            .answer()
                            .body())
                    .isEqualTo("system:bob a/b+c");
            assertThat(client.request("DELETE", "/agents/bob", "").answer().status())
                    .isEqualTo(204);
            assertThat(client.request("GET", "/agents//sessions/1", "").answer().status())
                    .isEqualTo(404);
            assertThat(client.request("GET", "/agents/bob", "").answer().header("Allow"))
                    .isEqualTo("DELETE");
        }
    }
}
