package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.server.http.AddressRanges;
import dev.postern.server.http.ConnectionLimits;
import dev.postern.server.http.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send or read slowly, or not at all, do not keep others from their answers. */
@Timeout(120)
class SlowClientsTest {
    private static final int MANY = 500;
    private static final Duration LONG = Duration.ofHours(1);

    private final FakeBackend main = new FakeBackend("main");
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }

    private static Limits connections(int all, int perClient, Duration head, Duration idle) {
        return Limits.defaults().withConnections(new ConnectionLimits(all, perClient, head, idle, AddressRanges.NONE));
    }

    private RawClient open(TestServer served) throws IOException {
        RawClient client = served.client();
        clients.add(client);
        return client;
    }

    @Test
    void hundredsOfHalfHeadsAndBodiesDelayNobody() throws IOException {
        Limits patient = connections(20_000, 20_000, LONG, LONG).withBody(1 << 20, LONG);
        try (TestServer served = TestServer.of(patient.withRequests(10), main)) {
            for (int i = 0; i < MANY; i++) {
                open(served).send("POST " + COMPLETIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Le");
                open(served)
                        .send("POST " + COMPLETIONS
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 5000\r\n\r\n{");
            }
            assertThat(served.get("/healthz").status()).isEqualTo(200);
            assertThat(served.get("/readyz").status()).isEqualTo(200);
            assertThat(served.post(COMPLETIONS, HELLO).status()).isEqualTo(200); // slow bodies take no place
        }
    }

    @Test
    void aFullServerAnswersItsProbes() throws IOException {
        try (TestServer served = TestServer.of(Limits.defaults().withRequests(1), main)) {
            open(served).request("POST", STREAM, HELLO);
            main.stream();

            assertThat(served.post(COMPLETIONS, HELLO).status()).isEqualTo(503);
            assertThat(served.get("/healthz").status()).isEqualTo(200);
            assertThat(served.get("/readyz").status()).isEqualTo(200);
        }
    }

    @Test
    void aConnectionWithoutAWholeHeadIsClosed() throws IOException {
        try (TestServer served = TestServer.of(connections(100, 100, Duration.ofMillis(300), LONG), main)) {
            RawClient silent = open(served);
            RawClient half = open(served).send("POST " + COMPLETIONS + " HTTP/1.1\r\nHost: h\r\nContent-Le");

            assertThat(half.rest()).isEmpty();
            assertThat(silent.rest()).isEmpty();
        }
    }

    @Test
    void aConnectionThatWaitsTooLongForItsNextRequestIsClosed() throws IOException {
        try (TestServer served = TestServer.of(connections(100, 100, LONG, Duration.ofMillis(300)), main)) {
            RawClient idle = open(served);
            assertThat(idle.request("GET", "/healthz", "").answer().status()).isEqualTo(200);

            assertThat(idle.send("GET /healthz HT").rest()).isEmpty();
        }
    }

    @Test
    void aConnectionWithAnOpenAnswerIsNotClosed() throws IOException {
        Limits hasty = connections(100, 100, Duration.ofMillis(300), Duration.ofMillis(300))
                .withSilence(LONG, Duration.ofMillis(500));
        try (TestServer served = TestServer.of(hasty, main)) {
            RawClient client = open(served).request("POST", STREAM, HELLO);
            FakeBackend.OpenStream stream = main.stream().emit("one");
            client.headers();
            for (int comments = 0; comments < 3; ) {
                comments += client.line().equals(": keep-alive") ? 1 : 0;
            }
            stream.emit(FakeBackend.stop()).complete();
            String line;
            do {
                line = client.line();
            } while (!line.contains("message_stop"));
            assertThat(stream.cancelled).isNotDone();
        }
    }

    @Test
    void connectionsAboveTheLimitAreClosed() throws IOException {
        try (TestServer served = TestServer.of(connections(100, 2, LONG, LONG), main)) {
            RawClient first = open(served);
            assertThat(first.request("GET", "/healthz", "").answer().status()).isEqualTo(200);
            RawClient second = open(served);
            assertThat(second.request("GET", "/healthz", "").answer().status()).isEqualTo(200);

            assertThat(open(served).rest()).isEmpty();
            assertThat(first.request("GET", "/healthz", "").answer().status()).isEqualTo(200);
        }
    }

    /** What waits for the client is bounded, so a client that does not read stops the backend. */
    @Test
    void aSlowReaderHoldsTheBackendBack() throws Exception {
        int pieces = 4000; // 128 MB, more than all buffers of sockets
        String piece = "x".repeat(32 << 10);
        AtomicInteger emitted = new AtomicInteger();
        try (TestServer served = TestServer.of(Limits.defaults().withWriteTime(LONG), main)) {
            RawClient client = open(served).request("POST", STREAM, HELLO);
            FakeBackend.OpenStream stream = main.stream();
            Thread flood = new Thread(() -> {
                for (int i = 0; i < pieces; i++) {
                    stream.emit(piece);
                    emitted.incrementAndGet();
                }
                stream.emit(FakeBackend.stop()).complete();
            });
            flood.setDaemon(true);
            flood.start();
            for (int before = -1; before != emitted.get() || before == 0; ) {
                before = emitted.get();
                Thread.sleep(1000); // until nothing moves
            }
            assertThat(emitted.get()).isLessThan(pieces);
            assertThat(stream.demand()).isZero();

            client.line();
            client.headers();
            assertThat(client.chunks().length()).isGreaterThan(pieces * piece.length()); // now everything arrives
        }
    }
}
