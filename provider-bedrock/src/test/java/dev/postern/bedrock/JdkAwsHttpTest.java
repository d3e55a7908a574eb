package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.WireExchange;
import dev.postern.testkit.WireRequest;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated // the test sets the default proxy of the process
@Timeout(60)
class JdkAwsHttpTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final AwsHttp http = new JdkAwsHttp();

    @Test
    void sendsAndReceives() throws IOException {
        try (ScriptedServer server =
                new ScriptedServer(exchange -> exchange.answer(404, "text/plain", "gone", "X-A: b"))) {
            HttpCall call =
                    new HttpCall("PUT", server.uri(), Map.of("X-Aws", "1"), "body".getBytes(StandardCharsets.UTF_8));
            HttpReply reply = http.send(call, LONG);
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.text()).isEqualTo("gone");
            assertThat(reply.header("x-a")).isEqualTo("b");
            WireRequest request = server.requests().get(0);
            assertThat(request.method()).isEqualTo("PUT");
            assertThat(request.header("X-Aws")).isEqualTo("1");
            assertThat(request.text()).isEqualTo("body");
        }
    }

    @Test
    void theTimeoutCoversHeadAndBody() {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            if (exchange.request().target().equals("/body")) {
                exchange.beginChunked(200, "text/plain").chunk("half");
            }
            exchange.hold();
        })) {
            for (String path : new String[] {"/head", "/body"}) {
                assertThatThrownBy(() -> http.send(HttpCall.get(server.uri().resolve(path), Map.of()), SHORT))
                        .isInstanceOf(HttpTimeoutException.class)
                        .hasMessage("no answer within 50 ms");
            }
            server.exchange(0).awaitPeerClosed();
            server.exchange(1).awaitPeerClosed();
        }
    }

    @Test
    void aLargeBodyIsRejected() {
        try (ScriptedServer server = new ScriptedServer(
                exchange -> exchange.beginChunked(200, "text/plain").flood(new byte[1000], 10_000_000))) {
            assertThatThrownBy(() -> http.send(HttpCall.get(server.uri(), Map.of()), LONG))
                    .isInstanceOf(IOException.class);
        }
        try (ScriptedServer server =
                new ScriptedServer(exchange -> exchange.answer(200, "text/plain", new byte[(64 << 10) + 1]))) {
            assertThatThrownBy(() -> http.send(HttpCall.get(server.uri(), Map.of()), LONG))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("larger than 65536 bytes");
        }
    }

    @Test
    void redirectsAreNotFollowed() throws IOException {
        try (ScriptedServer server =
                new ScriptedServer(exchange -> exchange.answer(302, "text/plain", "", "Location: /elsewhere"))) {
            assertThat(http.send(HttpCall.get(server.uri(), Map.of()), LONG).status())
                    .isEqualTo(302);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void plainHttpUsesNoProxy() throws IOException {
        ProxySelector before = ProxySelector.getDefault();
        try (ScriptedServer proxy = new ScriptedServer(exchange -> exchange.answer(502, "text/plain", "proxy"));
                ScriptedServer server = new ScriptedServer(exchange -> exchange.answer(200, "text/plain", "self"))) {
            Proxy always = new Proxy(
                    Proxy.Type.HTTP,
                    new java.net.InetSocketAddress("127.0.0.1", proxy.uri().getPort()));
            ProxySelector.setDefault(new ProxySelector() {
                @Override
                public List<Proxy> select(URI uri) {
                    return List.of(always);
                }

                @Override
                public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
            });
            assertThat(http.send(HttpCall.get(server.uri(), Map.of()), LONG).text())
                    .isEqualTo("self");
            assertThatThrownBy(() -> http.send(HttpCall.get(URI.create("https://sts.example/"), Map.of()), LONG))
                    .isInstanceOf(IOException.class);
            assertThat(proxy.requests()).extracting(WireRequest::method).contains("CONNECT");
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void aRefusedConnectionIsAnIoException() {
        URI gone;
        try (ScriptedServer server = new ScriptedServer(exchange -> {})) {
            gone = server.uri();
        }
        assertThatThrownBy(() -> http.send(HttpCall.get(gone, Map.of()), LONG)).isInstanceOf(IOException.class);
    }

    @Test
    void theErrorForAnInvalidHeaderHasNoValue() {
        HttpCall call = HttpCall.get(URI.create("http://localhost/?S3CR3T"), Map.of("X-Token", "S3CR3T\nline"));
        assertFails(Kind.CONFIGURATION, () -> http.send(call, LONG))
                .startsWith("The header X-Token cannot be sent to http://localhost/: ");
    }

    @Test
    void anInterruptEndsTheWait() {
        try (ScriptedServer server = new ScriptedServer(WireExchange::hold)) {
            Thread.currentThread().interrupt();
            assertFails(Kind.CANCELLED, () -> http.send(HttpCall.get(server.uri(), Map.of()), LONG))
                    .contains("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void theEnvironmentOfThisProcessIsReal() {
        AwsEnvironment environment = AwsEnvironment.ofThisProcess(Clock.systemUTC());
        assertThat(environment.variable("PATH")).isEqualTo(System.getenv("PATH").trim());
        assertThat(environment.variable("POSTERN_NO_SUCH_VARIABLE")).isEmpty();
        assertThat(environment.property("java.version")).isEqualTo(System.getProperty("java.version"));
        assertThat(environment.home()).isAbsolute();
        assertThat(environment.toString()).isEqualTo("AwsEnvironment[home=" + environment.home() + "]");
        assertFails(Kind.CONFIGURATION, () -> environment.path("a\0b")).contains("is not the path of a file");
    }
}
