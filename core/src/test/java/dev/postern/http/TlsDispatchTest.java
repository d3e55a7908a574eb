package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.postern.flow.Dispatcher;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On which threads subscribers are called over TLS, with HTTP/1.1 and HTTP/2. */
@Timeout(60)
class TlsDispatchTest {
    private static SSLContext tls;

    /** An item was delivered by the selector thread. */
    private final CountDownLatch onSelector = new CountDownLatch(1);

    private final Queue<String> makingEngines = new ConcurrentLinkedQueue<>();
    private final HttpClient client = HttpClient.newBuilder()
            .sslContext(RecordingTls.around(tls, makingEngines))
            .executor(Dispatcher.forClient())
            .build();
    private final HttpTransport transport = HttpTransport.builder()
            .httpClient(client)
            .http2(true)
            .retries(RetryPolicy.none())
            .build();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpsServer https;

    @BeforeAll
    static void makeCertificate(@TempDir Path scratch) throws Exception {
        tls = TestCertificate.newContext(scratch);
    }

    @AfterEach
    void close() {
        onSelector.countDown();
        transport.close();
        if (https != null) {
            https.stop(0);
        }
        threads.shutdownNow();
    }

    private HttpsServer https(HttpHandler handler) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            handler.handle(exchange);
        });
        server.start();
        https = server;
        return server;
    }

    private static URI uri(HttpsServer server) {
        return URI.create("https://localhost:" + server.getAddress().getPort() + "/");
    }

    private ThreadNotes promised() {
        return new ThreadNotes.Promised(item -> {
            if (ThreadNotes.onSelector()) {
                onSelector.countDown();
            }
        });
    }

    /** Fails where the JDK has changed what {@code ClientTasks} needs: everything still works, more slowly. */
    @Test
    void aPromisedSubscriberIsCalledOnTheSelectorThreadOverTls() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        HttpsServer server = https(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                for (int i = 0; i < 1000 && onSelector.getCount() > 0; i++) {
                    body.write("i\n".getBytes(UTF_8));
                    body.flush();
                    sent.incrementAndGet();
                    onSelector.await(10, TimeUnit.MILLISECONDS);
                }
                body.write("DONE\n".getBytes(UTF_8));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        ThreadNotes promised = promised();
        transport.stream(new LineCall(uri(server))).subscribe(promised);

        assertThat(promised.end()).startsWith("postern-");
        assertThat(promised.items).hasSize(sent.get() + 1);
        assertThat(promised.threads).anyMatch(ThreadNotes::isSelector);

        ThreadNotes plain = new ThreadNotes(item -> {});
        transport.stream(new LineCall(uri(server))).subscribe(plain);
        plain.end();
        assertThat(plain.threads).isNotEmpty().noneMatch(ThreadNotes::isSelector);
    }

    /**
     * The client repeats a GET by itself if the server has closed the connection. It looks up the name and then makes
     * the TLS engine, on one thread.
     */
    @Test
    void aGetOnAStaleConnectionIsRepeatedByThePool() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpsServer server = https(exchange -> {
            if (requests.incrementAndGet() != 2) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write("a\nDONE\n".getBytes(UTF_8));
            }
            exchange.close(); // without a status line, this closes the connection
        });
        for (int i = 0; i < 2; i++) {
            ThreadNotes notes = promised();
            transport.stream(new LineCall(uri(server)) {
                        @Override
                        public HttpCall call() {
                            return HttpCall.get(uri(server), Map.of());
                        }
                    })
                    .subscribe(notes);
            notes.end();
            assertThat(notes.items).containsExactly("a", "end");
        }

        assertThat(requests).hasValue(3);
        assertThat(makingEngines).hasSize(2).noneMatch(ThreadNotes::isSelector);
    }

    /** One task of the client brings the streams of all callers of a connection. */
    @Test
    void nothingIsDeliveredOnTheSelectorThreadOverHttp2() throws Exception {
        try (Http2Server server = new Http2Server(tls, answer -> {
            for (int i = 0; i < 50 && onSelector.getCount() > 0; i++) {
                answer.send("i\n");
                onSelector.await(5, TimeUnit.MILLISECONDS);
            }
            answer.send("DONE\n");
        })) {
            ThreadNotes promised = promised();
            transport.stream(new LineCall(server.uri())).subscribe(promised);
            promised.end();
            ThreadNotes plain = new ThreadNotes(item -> {});
            transport.stream(new LineCall(server.uri())).subscribe(plain);
            plain.end();

            assertThat(promised.items).hasSize(51);
            assertThat(promised.threads).noneMatch(ThreadNotes::isSelector);
            assertThat(plain.items).hasSize(51);
            assertThat(plain.threads).noneMatch(ThreadNotes::isSelector);
        }
    }

    @Test
    void aSubscriberThatBlocksDelaysNoOtherStreamOfItsHttp2Connection() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (Http2Server server = new Http2Server(tls, answer -> {
            answer.send("a\n");
            answer.send("b\nDONE\n");
        })) {
            ThreadNotes blocking = new ThreadNotes(item -> {
                blocked.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            transport.stream(new LineCall(server.uri())).subscribe(blocking);
            assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();

            ThreadNotes other = new ThreadNotes(item -> {});
            transport.stream(new LineCall(server.uri())).subscribe(other);
            other.end();
            assertThat(other.items).containsExactly("a", "b", "end");
            assertThat(blocking.items).hasSize(1);

            release.countDown();
            blocking.end();
            assertThat(blocking.items).containsExactly("a", "b", "end");
            assertThat(server.connections()).isEqualTo(1);
        } finally {
            release.countDown();
        }
    }

    @Test
    void aStreamOverHttp2DeliversEachItemOnce() throws Exception {
        try (Http2Server server = new Http2Server(tls, answer -> {
            for (String line : Collections.nCopies(500, "i\n")) {
                answer.send(line);
            }
            answer.send("DONE\n");
        })) {
            ThreadNotes promised = promised();
            transport.stream(new LineCall(server.uri())).subscribe(promised);
            promised.end();

            assertThat(promised.items).hasSize(501);
        }
    }
}
