package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.postern.LlmException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Calls over TLS, to a server whose certificate only one context trusts.  */
@Isolated("changes the JVM's default TLS")
@Timeout(60)
class LazyDefaultTlsTest {
    @TempDir
    private Path scratch;

    private final SSLContext before = defaultContext();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SSLContext trusting;
    private HttpsServer server;

    private static SSLContext defaultContext() {
        try {
            return SSLContext.getDefault();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void start() throws Exception {
        trusting = TestCertificate.newContext(scratch);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(trusting));
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("a\nDONE\n".getBytes(UTF_8));
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
        SSLContext.setDefault(before);
    }

    private CompletableFuture<String> call(HttpTransport transport) {
        return transport.send(
                new LineCall(
                        URI.create("https://localhost:" + server.getAddress().getPort() + "/")) {
                    @Override
                    public Decoder<String> decoder(HttpReply head) {
                        return new WholeBody<>(head, 100, (reply, out) -> out.accept(reply.text()));
                    }
                });
    }

    @Test
    void theDefaultContextIsReadAtTheFirstConnection() throws Exception {
        try (HttpTransport transport =
                HttpTransport.builder().retries(RetryPolicy.none()).build()) {
            SSLContext.setDefault(trusting); // after the client was made, which is when the JDK's own would look

            assertThat(call(transport).get(30, TimeUnit.SECONDS)).isEqualTo("a\nDONE\n");
            assertThat(transport.client().sslParameters().getProtocols())
                    .isEqualTo(trusting.getDefaultSSLParameters().getProtocols());
        }
    }

    @Test
    void aCertificateThatTheJvmDoesNotTrustIsRefused() {
        try (HttpTransport transport =
                HttpTransport.builder().retries(RetryPolicy.none()).build()) {
            ExecutionException thrown = catchThrowableOfType(
                    ExecutionException.class, () -> call(transport).get(30, TimeUnit.SECONDS));

            assertThat(((LlmException) thrown.getCause()).kind()).isEqualTo(LlmException.Kind.CONNECTION);
        }
    }
}
