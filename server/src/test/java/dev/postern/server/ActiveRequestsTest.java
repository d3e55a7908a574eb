package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.server.http.AccessCheck;
import dev.postern.server.http.GatewayServer;
import dev.postern.server.http.Limits;
import dev.postern.server.http.Router;
import dev.postern.server.http.ServerExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ActiveRequestsTest {
    private static final Logger LOGGER = Logger.getLogger("dev.postern.server");

    private final FakeBackend main = new FakeBackend("main");

    /** The end of a request comes after its answer. */
    private static void awaitRunning(GatewayServer server, int most) {
        while (server.running() > most && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        assertThat(server.running()).isLessThanOrEqualTo(most);
    }

    @Test
    void aRequestThatIsBeingRefusedDoesNotCountTowardsTheLimit() throws Exception {
        try (TestServer served = TestServer.of(Limits.defaults().withRequests(1), main);
                RawClient first = served.client();
                RawClient upload = served.client()) {
            first.request("POST", STREAM, HELLO);
            FakeBackend.OpenStream stream = main.stream();
            upload.send("POST " + COMPLETIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000000\r\n\r\n");
            assertThat(upload.answer().status()).isEqualTo(503); // the server now discards the body

            stream.complete();
            first.answer();
            awaitRunning(served.server, 1);
            assertThat(served.post(COMPLETIONS, HELLO).status()).isEqualTo(200);
        }
    }

    @Test
    void anAdmittedRequestGivesItsPlaceBackBeforeItIsRefused() throws Exception {
        try (TestServer served = TestServer.of(Limits.defaults().withRequests(1), main);
                RawClient upload = served.client()) {
            upload.send("POST /unknown HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 8000000\r\n\r\n");
            assertThat(upload.answer().status()).isEqualTo(404); // the server now discards the body

            assertThat(served.post(COMPLETIONS, HELLO).status()).isEqualTo(200);
        }
    }

    @Test
    void aRequestEndsEvenIfTheLoggerFails() throws Exception {
        Handler failing = new Handler() {
            @Override
            public void publish(LogRecord logged) {
                throw new IllegalStateException("the disk is full");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        try (TestServer served = TestServer.of(main)) {
            LOGGER.addHandler(failing);
            try {
                assertThat(served.post(COMPLETIONS, HELLO).status()).isEqualTo(200);
                awaitRunning(served.server, 0);
            } finally {
                LOGGER.removeHandler(failing);
            }
        }
    }

    @Test
    void aRequestGivesItsMemoryBackEvenIfAnActionAtItsEndFails() throws Exception {
        Router router = new Router().post("/", exchange -> {
            exchange.body();
            exchange.atEnd(() -> {
                throw new IllegalStateException("an action at the end fails");
            });
            exchange.empty(204, Map.of());
        });
        Limits limits = Limits.defaults().withMemory(1000, 500_000);
        String body = HELLO.replace("Hello", "x".repeat(150_000)); // takes 300 kB
        try (GatewayServer server = GatewayServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                router,
                AccessCheck.NONE,
                exchange -> {},
                limits)) {
            for (int i = 0; i < 3; i++) {
                assertThat(post(server, body).status()).isEqualTo(204);
                awaitRunning(server, 0);
            }
        }
    }

    @Test
    void aRequestThatHasEndedKeepsNoBody() throws Exception {
        AtomicReference<ServerExchange> kept = new AtomicReference<>(); // as by a run that goes on
        Router router = new Router().post("/", exchange -> {
            assertThat(exchange.body()).isNotEmpty();
            kept.set(exchange);
            exchange.empty(204, Map.of());
        });
        try (GatewayServer server = GatewayServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                router,
                AccessCheck.NONE,
                exchange -> {},
                Limits.defaults())) {
            assertThat(post(server, HELLO).status()).isEqualTo(204);
            awaitRunning(server, 0);
            assertThat(kept.get().body()).isEmpty();
        }
    }

    private static RawClient.Answer post(GatewayServer server, String body) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            return client.request("POST", "/", body).answerWithoutBody();
        }
    }
}
