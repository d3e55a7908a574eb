package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.flow.Timer;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.ScriptedServer.Script;
import dev.postern.testkit.WireExchange;
import dev.postern.testkit.WireRequest;
import dev.postern.testkit.project.ManualTimer;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transport over the JDK's client and a scripted server. */
@Timeout(60)
class HttpTransportTest {
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final HttpTransport transport = transport(RetryPolicy.none());

    private HttpTransport transport(RetryPolicy retries) {
        return closing(
                HttpTransport.builder().retries(retries).maxErrorBytes(1000).build());
    }

    /** Each script answers one request, in order; the last one answers all further requests. */
    private ScriptedServer server(Script... scripts) {
        AtomicInteger next = new AtomicInteger();
        return closing(new ScriptedServer(
                exchange -> scripts[Math.min(next.getAndIncrement(), scripts.length - 1)].answer(exchange)));
    }

    private <T extends AutoCloseable> T closing(T resource) {
        toClose.add(resource);
        return resource;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : toClose) {
            resource.close();
        }
    }

    private static LineCall call(ScriptedServer server) {
        return new LineCall(server.uri());
    }

    private Recorder<String> stream(ScriptedServer server) {
        return Recorder.of(transport.stream(call(server)));
    }

    private static LlmException failure(CompletableFuture<?> answer) {
        ExecutionException thrown =
                catchThrowableOfType(ExecutionException.class, () -> answer.get(30, TimeUnit.SECONDS));
        return (LlmException) thrown.getCause();
    }

    private static void done(WireExchange exchange) throws IOException {
        exchange.beginChunked(200, "text/plain").chunk("a\nDONE\n").lastChunk();
    }

    // ---- requests

    @Test
    void aClientThatFollowsRedirectsIsRefused() {
        HttpClient follows = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();

        LlmException refused = catchThrowableOfType(
                LlmException.class,
                () -> HttpTransport.builder().httpClient(follows).build());

        assertThat(refused.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("Redirect.NEVER");
    }

    @Test
    void aRequestHasALengthAndNoUpgradeHeader() {
        ScriptedServer server = server(HttpTransportTest::done);
        HttpClient http2ByDefault = HttpClient.newHttpClient();
        HttpTransport borrowing = closing(
                HttpTransport.builder().httpClient(http2ByDefault).http2(true).build());

        stream(server).awaitComplete();
        Recorder.of(borrowing.stream(call(server))).awaitComplete();

        for (WireRequest request : server.requests()) {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.text()).isEqualTo("question");
            assertThat(request.header("content-length")).isEqualTo("8");
            assertThat(request.headerNames())
                    .map(String::toLowerCase)
                    .doesNotContain("transfer-encoding", "upgrade", "http2-settings", "connection", "expect");
        }
    }

    @Test
    void headersKeepTheirCase() {
        ScriptedServer server = server(HttpTransportTest::done);
        LineCall call = new LineCall(server.uri()) {
            @Override
            public HttpCall call() {
                return HttpCall.get(server.uri().resolve("/a/b?c=d%20e"), Map.of("X-Mixed-cASE", "Yes:"));
            }
        };

        Recorder.of(transport.stream(call)).awaitComplete();

        WireRequest request = server.requests().get(0);
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.target()).isEqualTo("/a/b?c=d%20e");
        assertThat(request.headerNames()).contains("X-Mixed-cASE");
        assertThat(request.header("x-mixed-case")).isEqualTo("Yes:");
        assertThat(request.header("content-length")).isIn("", "0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-secret\n", "sk-secret\r\nX-Injected: yes", "sk-secret\u0000", "sk-secret\u20ac"})
    void aHeaderThatCannotBeSentIsNamedButNotShown(String value) {
        LineCall call = new LineCall(URI.create("http://127.0.0.1:1")) {
            @Override
            public HttpCall call() {
                return HttpCall.post(URI.create("http://127.0.0.1:1"), Map.of("Authorization", value), new byte[0]);
            }
        };

        LlmException failure = Recorder.of(transport.stream(call)).awaitFailure(LlmException.class);

        assertThat(failure.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(failure).hasMessageContaining("'authorization'").hasNoCause();
        assertThat(failure.toString()).doesNotContain("sk-secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://127.0.0.1/", "/no/host", "http:///path", "mailto:someone"})
    void anInvalidAddressIsAConfigurationFailure(String address) {
        Recorder<String> stream = Recorder.of(transport.stream(new LineCall(URI.create(address))));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.CONFIGURATION);
    }

    // ---- whole answers

    private static LineCall whole(ScriptedServer server, int maxBytes) {
        return call(server).decoder(head -> new WholeBody<>(head, maxBytes, (reply, out) -> out.accept(reply.text())));
    }

    @Test
    void aWholeAnswerIsOneItem() throws Exception {
        String text = "0123456789".repeat(30_000);
        ScriptedServer server = server(
                exchange -> exchange.answer(200, "text/plain", text),
                exchange -> exchange.beginChunked(200, "text/plain").chunk(text).lastChunk(),
                exchange -> exchange.head(200, "Connection: close").send(text).close(),
                exchange -> exchange.answer(200, "text/plain", ""));

        for (int i = 0; i < 3; i++) {
            assertThat(transport.send(whole(server, 1 << 20)).get(30, TimeUnit.SECONDS))
                    .isEqualTo(text);
        }
        assertThat(transport.send(whole(server, 1 << 20)).get(30, TimeUnit.SECONDS))
                .isEmpty();
    }

    @Test
    void aWholeAnswerBeyondTheBoundFails() throws Exception {
        ScriptedServer server = server(
                exchange -> exchange.answer(200, "text/plain", "0123456789"),
                exchange -> exchange.answer(200, "text/plain", "0123456789x"),
                exchange -> exchange.beginChunked(200, "text/plain")
                        .chunk("01234567")
                        .chunk("89x")
                        .hold());

        assertThat(transport.send(whole(server, 10)).get(30, TimeUnit.SECONDS)).isEqualTo("0123456789");
        for (int i = 0; i < 2; i++) {
            LlmException failure = failure(transport.send(whole(server, 10)));
            assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
            assertThat(failure).hasMessageContaining("larger than 10 bytes");
        }
        server.exchange(2).awaitPeerClosed();
    }

    @Test
    void aWholeAnswerThatIsCutIsIncomplete() {
        ScriptedServer server = server(
                exchange -> exchange.head(200, "Content-Length: 11")
                        .send("0123456789")
                        .close(),
                exchange -> exchange.beginChunked(200, "text/plain")
                        .chunk("0123456789")
                        .close());

        for (int i = 0; i < 2; i++) {
            assertThat(failure(transport.send(whole(server, 100))).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        }
    }

    @Test
    void anAnswerWithoutAnItemIsAProtocolFailure() {
        ScriptedServer server = server(exchange -> exchange.answer(200, "text/plain", "x"));
        LineCall empty = call(server).decoder(head -> new WholeBody<>(head, 10, (reply, out) -> {}));

        assertThat(failure(transport.send(empty)).kind()).isEqualTo(Kind.PROTOCOL);
    }

    // ---- ends over a real connection

    @Test
    void theEndMarkEndsTheStreamThoughTheConnectionStaysOpen() {
        ScriptedServer server = server(exchange ->
                exchange.beginChunked(200, "text/plain").chunk("a\nDONE\n").hold());

        assertThat(stream(server).awaitComplete()).containsExactly("a", "end");

        server.exchange(0).awaitPeerClosed(); // after the linger
    }

    @ParameterizedTest
    @ValueSource(strings = {"DONE", "ANSWERED"})
    void aMissingLastChunkAfterTheAnswerIsASuccess(String mark) {
        ScriptedServer server = server(exchange -> exchange.beginChunked(200, "text/plain")
                .chunk("a\n" + mark + "\n")
                .close());

        assertThat(stream(server).awaitComplete()).containsExactly("a", "end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n", "-5\r\n", "\r\n\r\n", "5\r\nabc", "FFFFFFFFFFFFFFFFFF\r\n"})
    void malformedChunksAreACut(String garbage) {
        CountDownLatch seen = new CountDownLatch(1); // the client drops data that comes in one packet with garbage
        ScriptedServer server = server(exchange -> {
            exchange.beginChunked(200, "text/plain").chunk("a\n");
            assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue();
            exchange.send(garbage).close();
        });
        Recorder<String> stream =
                Recorder.<String>unbounded().onEach(item -> seen.countDown()).on(transport.stream(call(server)));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(stream.items()).containsExactly("a");
    }

    @Test
    void aBodyThatIsShorterThanItsLengthIsACut() {
        ScriptedServer server = server(exchange ->
                exchange.head(200, "Content-Length: 100").send("a\n").close());
        Recorder<String> stream = stream(server);

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(stream.items()).containsExactly("a");
    }

    @Test
    void aBodyThatIsLongerThanItsLengthDoesNotAffectTheNextCall() {
        ScriptedServer server = server(
                exchange -> exchange.head(200, "Content-Length: 7").send("a\nDONE\nHTTP/1.1 200 OK\r\n\r\n"),
                exchange -> exchange.answer(200, "text/plain", "b\nDONE\n"));
        HttpTransport retrying = transport(RetryPolicy.defaults().withDelays(Duration.ZERO, Duration.ZERO));

        assertThat(Recorder.of(retrying.stream(call(server))).awaitComplete()).containsExactly("a", "end");
        assertThat(Recorder.of(retrying.stream(call(server))).awaitComplete()).containsExactly("b", "end");
    }

    // ---- errors

    @Test
    void ofALargeErrorOnlyTheBeginningIsRead() {
        ScriptedServer server = server(exchange -> {
            exchange.beginChunked(500, "text/plain");
            exchange.flood(("400\r\n" + "x".repeat(1024) + "\r\n").getBytes(UTF_8), Long.MAX_VALUE / 2);
        });

        LlmException failure = stream(server).awaitFailure(LlmException.class);

        assertThat(failure.serverMessage()).isEqualTo("x".repeat(1000));
        server.exchange(0).awaitPeerClosed();
        assertThat(server.exchange(0).written()).isLessThan(16 << 20);
    }

    @Test
    void anErrorWhoseBodyIsCutKeepsItsStatus() {
        ScriptedServer server = server(exchange ->
                exchange.head(429, "Content-Length: 100").send("too many").close());

        LlmException failure = stream(server).awaitFailure(LlmException.class);

        assertThat(failure.status()).hasValue(429);
        assertThat(failure.serverMessage()).isEqualTo("too many");
    }

    @Test
    void anErrorWithoutABodyKeepsItsStatus() {
        ScriptedServer server = server(
                exchange -> exchange.head(503, "Content-Length: 0"),
                exchange -> exchange.head(503, "Connection: close").close());

        assertThat(stream(server).awaitFailure(LlmException.class).status()).hasValue(503);
        assertThat(stream(server).awaitFailure(LlmException.class).status()).hasValue(503);
    }

    @Test
    void aSuccessWithoutABodyIsIncomplete() {
        ScriptedServer server = server(exchange -> exchange.head(204));

        assertThat(stream(server).awaitFailure(LlmException.class).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
    }

    @Test
    void aRefusedConnectionIsAConnectionFailure() throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        URI address = URI.create("http://user:secret@127.0.0.1:" + port + "/v1?key=secret");

        LlmException failure =
                Recorder.of(transport.stream(new LineCall(address))).awaitFailure(LlmException.class);

        assertThat(failure.kind()).isEqualTo(Kind.CONNECTION);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure).hasMessageContaining("Nothing listens at http://127.0.0.1:" + port + "/v1;");
        assertThat(failure.toString()).doesNotContain("secret");
    }

    @Test
    void aConnectionThatIsNotAcceptedIsATimeout() throws IOException {
        HttpTransport hasty = closing(HttpTransport.builder()
                .connectTimeout(Duration.ofMillis(300))
                .retries(RetryPolicy.none())
                .build());
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket(full.getInetAddress(), full.getLocalPort());
                Socket second = new Socket(full.getInetAddress(), full.getLocalPort())) {
            assertThat(first.isConnected() && second.isConnected()).isTrue(); // so the queue is full
            URI address = URI.create("http://127.0.0.1:" + full.getLocalPort());

            LlmException failure =
                    Recorder.of(hasty.stream(new LineCall(address))).awaitFailure(LlmException.class);

            assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
            assertThat(failure).hasMessageContaining("within 300 ms");
        }
    }

    /** Occasionally the JDK reports a lost connection instead of the reason; then there is one more attempt. */
    @Test
    void aServerWithoutTlsIsNotRetried() throws IOException {
        HttpTransport retrying =
                transport(RetryPolicy.defaults().withMaxAttempts(10).withDelays(Duration.ZERO, Duration.ZERO));
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> {
                try {
                    while (true) {
                        plain.accept().getOutputStream().write("HTTP/1.1 400 Bad WireRequest\r\n\r\n".getBytes(UTF_8));
                    }
                } catch (IOException e) {
                    // the test is over
                }
            });
            answering.start();
            LineCall call = new LineCall(URI.create("https://127.0.0.1:" + plain.getLocalPort()));

            LlmException failure = Recorder.of(retrying.stream(call)).awaitFailure(LlmException.class);

            assertThat(failure.kind()).isEqualTo(Kind.CONNECTION);
            assertThat(failure.retryable()).isFalse();
            assertThat(failure).hasMessageContaining("check http or https");
            assertThat(call.calls).hasValueLessThan(5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 abc OK\r\n\r\n", "\r\n\r\n", "HTTP/1.1\r\n\r\n"})
    void aServerOfAnotherProtocolIsAProtocolFailure(String greeting) {
        ScriptedServer server = server(exchange -> exchange.send(greeting).close());

        LlmException failure = stream(server).awaitFailure(LlmException.class);

        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(server.requests()).hasSize(1);
    }

    // ---- connections

    /** A clock that does not advance, so that a failure is not late on a busy machine. */
    private static final Timer STANDING = new ManualTimer();

    /**
     * Two attempts, the second after half an hour unless it comes at once, which the total timeout of the call forbids.
     */
    private Recorder<String> replaying(ScriptedServer server, Timer timer) {
        HttpTransport replaying = closing(HttpTransport.builder()
                .timer(timer)
                .retries(RetryPolicy.defaults().withMaxAttempts(2).withDelays(Duration.ofHours(1), Duration.ofHours(1)))
                .random(() -> 0.5)
                .build());
        LineCall call = call(server).timeouts(LineCall.PATIENT.withTotal(Duration.ofMinutes(1)));
        Recorder.of(replaying.stream(call)).awaitComplete();
        return Recorder.of(replaying.stream(call));
    }

    @Test
    void anIdleConnectionThatTheServerClosedIsReplacedOnce() {
        ScriptedServer server = server(HttpTransportTest::done, WireExchange::close, HttpTransportTest::done);

        assertThat(replaying(server, STANDING).awaitComplete()).containsExactly("a", "end");

        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aConnectionIsNotReplacedTwice() {
        ScriptedServer server = server(HttpTransportTest::done, WireExchange::close);

        assertThat(replaying(server, STANDING).awaitFailure(LlmException.class).kind())
                .isEqualTo(Kind.CONNECTION);

        assertThat(server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Le"})
    void aConnectionThatBrokeInsideTheHeadIsNotReplaced(String half) {
        ScriptedServer server =
                server(HttpTransportTest::done, exchange -> exchange.send(half).close(), HttpTransportTest::done);

        assertThat(replaying(server, STANDING).awaitFailure(LlmException.class).kind())
                .isEqualTo(Kind.CONNECTION);

        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aSlowFailureIsNotReplayed() {
        ManualTimer timer = new ManualTimer();
        ScriptedServer server = server(
                HttpTransportTest::done,
                exchange -> {
                    timer.advance(Duration.ofMillis(300)); // it worked on the request
                    exchange.close();
                },
                HttpTransportTest::done);

        assertThat(replaying(server, timer).awaitFailure(LlmException.class).kind())
                .isEqualTo(Kind.CONNECTION);

        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void anIdleConnectionIsNotReplacedIfThePolicyAllowsOneAttempt() {
        ScriptedServer server = server(HttpTransportTest::done, WireExchange::close, HttpTransportTest::done);
        stream(server).awaitComplete();

        assertThat(stream(server).awaitFailure(LlmException.class).kind()).isEqualTo(Kind.CONNECTION);

        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void theVeryFirstConnectionIsNotReplaced() {
        ScriptedServer server = server(WireExchange::close);

        assertThat(stream(server).awaitFailure(LlmException.class).kind()).isEqualTo(Kind.CONNECTION);

        assertThat(server.requests()).hasSize(1);
    }

    /**
     * The JDK's client keeps, with each connection, the exchange that opened it; that must not be all of the stream.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, Long.MAX_VALUE})
    void anIdleConnectionKeepsNoReferenceToTheStreamThatOpenedIt(long demand) {
        ScriptedServer server = server(exchange -> exchange.beginChunked(200, "text/plain")
                .chunk("a\n")
                .chunk("b\n")
                .chunk("DONE\n")
                .lastChunk());

        assertFreed(new WeakReference<>(readAndLeave(server, demand)));
    }

    @Test
    void aCallThatIsCancelledImmediatelyIsNotReachable() {
        assertFreed(new WeakReference<>(cancelAtOnce()));
    }

    private static void assertFreed(WeakReference<?> reference) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (reference.get() != null) {
            assertThat(System.nanoTime()).as("it is still held").isLessThan(end);
            System.gc();
        }
    }

    private Flow.Subscriber<String> cancelAtOnce() {
        Flow.Subscriber<String> subscriber = new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.cancel();
            }

            @Override
            public void onNext(String item) {}

            @Override
            public void onError(Throwable thrown) {}

            @Override
            public void onComplete() {}
        };
        transport.stream(new LineCall(URI.create("http://127.0.0.1:1"))).subscribe(subscriber);
        return subscriber;
    }

    private Recorder<String> readAndLeave(ScriptedServer server, long demand) {
        Recorder<String> stream = Recorder.<String>requesting(demand).on(transport.stream(call(server)));
        stream.awaitItems(1);
        if (demand > 1) {
            stream.awaitComplete();
        }
        stream.cancel();
        return stream;
    }

    // ---- clients and their executors

    @Test
    void aBorrowedClientStaysOpen() throws Exception {
        ScriptedServer server = server(HttpTransportTest::done);
        HttpClient client = HttpClient.newHttpClient();
        HttpTransport borrowing = HttpTransport.builder().httpClient(client).build();
        Recorder.of(borrowing.stream(call(server))).awaitComplete();

        borrowing.close();

        HttpRequest request = HttpRequest.newBuilder(server.uri())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    @Test
    void aClosedTransportMakesNoCalls() {
        ScriptedServer server = server(HttpTransportTest::done);
        transport.close();

        assertThat(stream(server).awaitFailure(LlmException.class).kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(failure(transport.send(call(server))).kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(server.connections()).isZero();
    }

    @Test
    void anExecutorThatRejectsTasksFailsTheCallOnce() {
        ScriptedServer server = server(HttpTransportTest::done);
        Executor full = task -> {
            throw new RejectedExecutionException("full");
        };

        LlmException failure = Recorder.of(over(full).stream(call(server))).awaitFailure(LlmException.class);

        assertThat(failure.kind()).isEqualTo(Kind.CONNECTION);
    }

    @Test
    void anExecutorThatRejectsTasksInTheMiddleFailsTheCallOnce() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        ScriptedServer server = server(exchange -> {
            exchange.beginChunked(200, "text/plain").chunk("a\n");
            assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            exchange.chunk("b\n").hold();
        });
        AtomicBoolean full = new AtomicBoolean();
        HttpTransport borrowing = over(task -> {
            if (full.get()) {
                throw new RejectedExecutionException("full");
            }
            new Thread(task).start();
        });
        LineCall call = call(server).timeouts(LineCall.PATIENT.withIdle(Duration.ofSeconds(2)));
        Recorder<String> stream = Recorder.of(borrowing.stream(call));
        stream.awaitItems(1);

        full.set(true);
        go.countDown();

        assertThat(stream.awaitFailure()).isInstanceOf(LlmException.class);
        server.exchange(0).awaitPeerClosed();
    }

    @Test
    void aClientMayRunAllTasksOnItsSelectorThread() {
        ScriptedServer server = server(exchange -> {
            exchange.beginChunked(200, "text/plain");
            for (int i = 0; i < 1000; i++) {
                exchange.chunk("a\n");
            }
            exchange.chunk("DONE\n").lastChunk();
        });
        Recorder<String> stream = Recorder.requesting(1);
        stream.onEach(item -> stream.request(1)).on(over(Runnable::run).stream(call(server)));

        assertThat(stream.awaitComplete()).hasSize(1001);
    }

    private HttpTransport over(Executor executor) {
        return closing(HttpTransport.builder()
                .httpClient(HttpClient.newBuilder().executor(executor).build())
                .retries(RetryPolicy.none())
                .build());
    }

    @Test
    void aSubscriberThatThrowsClosesTheConnection() {
        ScriptedServer server = server(exchange ->
                exchange.beginChunked(200, "text/plain").chunk("a\nb\n").hold());
        IllegalStateException thrown = new IllegalStateException("the subscriber's own");

        Recorder<String> stream = Recorder.<String>unbounded()
                .onEach(item -> {
                    throw thrown;
                })
                .on(transport.stream(call(server)));

        assertThat(stream.awaitFailure()).isSameAs(thrown);
        server.exchange(0).awaitPeerClosed();
        assertThat(stream.items()).containsExactly("a");
    }
}
