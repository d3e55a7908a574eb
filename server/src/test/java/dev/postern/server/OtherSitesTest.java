package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.config.MapSettings;
import dev.postern.gateway.ExtraPolicy;
import dev.postern.server.http.AccessCheck;
import dev.postern.server.http.AddressRanges;
import dev.postern.server.http.GatewayServer;
import dev.postern.server.http.Limits;
import dev.postern.server.http.Router;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that a web page of another site can send from a browser are refused; those of programs are not. */
class OtherSitesTest {
    private final FakeBackend main = new FakeBackend("main");
    private final TestServer served = TestServer.of(main);

    @AfterEach
    void close() {
        served.close();
    }

    /** Sends a request with only these header lines. */
    private RawClient.Answer raw(int port, String requestLine, String body, String... headers) throws IOException {
        try (RawClient client = new RawClient(port)) {
            StringBuilder text = new StringBuilder(requestLine + " HTTP/1.1\r\n");
            for (String header : headers) {
                text.append(header).append("\r\n");
            }
            if (!body.isEmpty()) {
                text.append("Content-Length: ").append(body.length()).append("\r\n");
            }
            return client.send(text + "\r\n" + body).answer();
        }
    }

    private RawClient.Answer post(String... headers) throws IOException {
        return raw(served.port(), "POST " + COMPLETIONS, HELLO, headers);
    }

    private void isRefused(RawClient.Answer answer) {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(TestServer.field(answer, "detail")).asString().endsWith(".").doesNotContain("evil");
        assertThat(TestServer.json(answer).object("error").text("kind")).isEqualTo("permission");
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
        assertThat(main.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: localhost",
                "Host: LOCALHOST:8000",
                "Host: localhost.",
                "Host: app.localhost:1",
                "Host: 127.0.0.1:8000",
                "Host: 127.1.2.3",
                "Host: [::1]:8000",
                "Host: localhost:8000\nOrigin: http://localhost:8000",
                "Host: localhost:8000\nOrigin: http://LocalHost:8000\nSec-Fetch-Site: same-origin",
                "Host: localhost\nOrigin: http://localhost:80",
                "Host: localhost:443\nOrigin: https://localhost",
                "Host: localhost\nSec-Fetch-Site: none",
                "Host: localhost\nUser-Agent: curl/8.5.0\nAccept: */*",
                "Host: localhost\nUser-Agent: python-httpx/0.28.1\nAccept-Encoding: gzip, deflate"
            })
    void requestsOfProgramsAndOwnPagesPass(String headers) throws IOException {
        assertThat(post((headers + "\nContent-Type: application/json").split("\n"))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: Cross-Site",
                "Sec-Fetch-Site: none\nSec-Fetch-Site: cross-site",
                "Origin: http://evil.example",
                "Origin: null",
                "Origin: http://localhost:8001",
                "Origin: localhost:8000",
                "Origin: http://localhost:8000.evil.example",
                "Origin: http://localhost:8000\nOrigin: http://evil.example",
                "Origin: file://localhost:8000"
            })
    void requestsOfOtherSitesAreRefused(String headers) throws IOException {
        isRefused(post(("Host: localhost:8000\nContent-Type: application/json\n" + headers).split("\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/llm/models",
                "POST /api/v1/agents/helper/sessions/cleanup",
                "DELETE /api/v1/agents/helper",
                "OPTIONS /api/v1/llm/completions",
                "GET /healthz",
                "GET /nope"
            })
    void requestsOfOtherSitesAreRefusedForAllPaths(String requestLine) throws IOException {
        isRefused(raw(served.port(), requestLine, "", "Host: localhost", "Sec-Fetch-Site: cross-site"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Nothing: said",
                "Content-Type: text/plain",
                "Content-Type: text/plain; charset=application/json",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: multipart/form-data; boundary=x",
                "Content-Type: application/json, text/plain",
                "Content-Type: application/jsonp"
            })
    void aBodyNeedsAJsonContentType(String header) throws IOException {
        isRefused(post("Host: localhost", header));
    }

    @Test
    void chunkedAndUnreadBodiesNeedAJsonContentType() throws IOException {
        try (RawClient client = new RawClient(served.port())) {
            client.send("POST " + COMPLETIONS + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2\r\n{}\r\n0\r\n\r\n");
            isRefused(client.answer());
        }
        isRefused(raw(
                served.port(),
                "DELETE /api/v1/agents/helper",
                "x=1",
                "Host: localhost",
                "Content-Type: application/x-www-form-urlencoded"));
    }

    @Test
    void withoutABodyNoContentTypeIsNeeded() throws IOException {
        assertThat(raw(served.port(), "GET /api/v1/providers", "", "Host: localhost")
                        .status())
                .isEqualTo(200);
        assertThat(raw(served.port(), "DELETE /api/v1/agents/nobody", "", "Host: localhost")
                        .status())
                .isEqualTo(404);
        assertThat(raw(served.port(), "POST " + COMPLETIONS, "", "Host: localhost", "Content-Length: 0")
                        .status())
                .isEqualTo(422); // an empty body is not a valid request
    }

    /** The name of a foreign page may resolve to this machine; its Host header then has that name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8000",
                "localhost.evil.example",
                "evil-localhost",
                "127.0.0.1.evil.example",
                "10.0.0.1",
                "[::2]"
            })
    void onLoopbackOtherHostsAreRefusedExceptForProbes(String host) throws IOException {
        isRefused(post("Host: " + host, "Content-Type: application/json"));
        isRefused(raw(served.port(), "GET /api/v1/providers", "", "Host: " + host));
        assertThat(raw(served.port(), "GET /healthz", "", "Host: " + host).status())
                .isEqualTo(200);
        assertThat(raw(served.port(), "GET /readyz", "", "Host: " + host).status())
                .isEqualTo(200);
    }

    @Test
    void onOtherAddressesAnyHostPassesUnlessNamesAreSet() throws IOException {
        Router router = new Router().get("/it", exchange -> exchange.empty(204, Map.of()));
        ServerRules[] rules = {ServerRules.defaults()};
        try (GatewayServer everywhere = GatewayServer.start(
                new InetSocketAddress("0.0.0.0", 0),
                router,
                AccessCheck.NONE,
                new CrossSiteFilter(false, () -> rules[0]),
                Limits.defaults())) {
            int port = everywhere.port();
            assertThat(raw(port, "GET /it", "", "Host: gateway.example").status())
                    .isEqualTo(204);

            rules[0] = new ServerRules(Set.of("gateway.example"), Set.of(), ExtraPolicy.open(), AddressRanges.NONE, 0);
            assertThat(raw(port, "GET /it", "", "Host: Gateway.Example:8000").status())
                    .isEqualTo(204);
            assertThat(raw(port, "GET /it", "", "Host: localhost").status()).isEqualTo(204);
            assertThat(raw(port, "GET /it", "", "Host: 10.0.0.1").status()).isEqualTo(403);
        }
    }

    @Test
    void listedNamesAndOriginsPass() throws IOException {
        served.rules = ServerRules.of(MapSettings.of(
                Map.of("allowed_hosts", List.of("Gateway.Example"), "allowed_origins", "https://chat.example.com")));

        assertThat(post(
                                "Host: gateway.example",
                                "Content-Type: application/json",
                                "Origin: https://chat.example.com",
                                "Sec-Fetch-Site: cross-site")
                        .status())
                .isEqualTo(200);
        main.requests.clear();
        isRefused(post(
                "Host: gateway.example",
                "Content-Type: application/json",
                "Origin: https://chat.example.com",
                "Origin: https://evil.example"));
        isRefused(post("Host: gateway.example", "Content-Type: text/plain", "Origin: https://chat.example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "https://a.example", "a.example:8000", "a b"})
    void aConfiguredHostMustBeAName(String host) {
        assertThatThrownBy(() -> ServerRules.of(MapSettings.of(Map.of("allowed_hosts", host))))
                .isInstanceOf(LlmException.class)
                .hasMessage("allowed_hosts: must be names without port, such as gateway.example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "a.example", "https://a.example/", "ftp://a.example", "null"})
    void aConfiguredOriginMustBeAnOrigin(String origin) {
        assertThatThrownBy(() -> ServerRules.of(MapSettings.of(Map.of("allowed_origins", origin))))
                .isInstanceOf(LlmException.class)
                .hasMessage("allowed_origins: must be origins, such as https://chat.example.com");
    }
}
