package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.Timeouts;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.project.CapturedLog;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WireLogTest {
    private static final String END = " received, ";

    private final CapturedLog log = CapturedLog.of("dev.postern.wire");

    @AfterEach
    void close() {
        log.close();
    }

    private static HttpTransport transport(WireLog wanted) {
        return HttpTransport.builder()
                .retries(RetryPolicy.none())
                .wireLog(wanted)
                .build();
    }

    private static LineCall call(URI uri) {
        return new LineCall(uri) {
            @Override
            public HttpCall call() {
                return HttpCall.post(
                        uri.resolve("/v1/chat?key=quer1-key&v=1"),
                        Map.of("Authorization", "Bearer s3cret-key", "x-tenant", "blue", "Accept", "text/plain"),
                        "{\"key\":\"s3cret-key\"}".getBytes(UTF_8));
            }
        };
    }

    /** Without the parts that differ in each run. */
    private static String shown(List<String> messages) {
        return String.join("\n", messages)
                .replaceAll("#\\d+ ", "#N ")
                .replaceAll("127.0.0.1:\\d+", "HOST")
                .replaceAll("\\d+ ms", "T ms");
    }

    @Test
    void aStreamIsLoggedEventByEvent() {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(
                                200, "text/event-stream", "X-Request-Id: r1", "Set-Cookie: a=b")
                        .chunk("a\n\nb s3cret-key\n")
                        .chunk("\nDONE\n\n")
                        .lastChunk());
                HttpTransport transport = transport(WireLog.bodies().masking("X-Tenant"))) {
            Recorder.of(transport.stream(call(server.uri()))).awaitComplete();

            assertThat(shown(log.await(1, END))).isEqualTo("""
                            #N POST http://HOST/v1/chat?key=***&v=1
                             > Accept: text/plain
                             > Authorization: Bearer ***
                             > x-tenant: ***
                             > {"key":"***"}
                            #N 200 after T ms
                             < content-type: text/event-stream
                             < set-cookie: ***
                             < transfer-encoding: chunked
                             < x-request-id: r1
                            #N after T ms
                             < a
                            #N after T ms
                             < b ***
                            #N after T ms
                             < DONE
                            #N POST http://HOST/v1/chat 200 in T ms, 20 bytes sent, 23 received, complete""");
        }
    }

    @Test
    void anErrorIsLoggedWithItsBody() {
        try (ScriptedServer server =
                        new ScriptedServer(exchange -> exchange.answer(400, "text/plain", "bad: s3cret-key"));
                HttpTransport transport = transport(WireLog.bodies())) {
            Recorder.of(transport.stream(call(server.uri()))).awaitFailure();

            assertThat(shown(log.await(1, END))).endsWith("""
                            #N after T ms
                             < bad: ***
                            #N POST http://HOST/v1/chat 400 in T ms, 20 bytes sent, 15 received, INVALID_REQUEST: status 400""");
        }
    }

    @Test
    void aLineNamesTheFailureOfEachAttempt() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        HttpTransport transport = HttpTransport.builder()
                .wireLog(WireLog.lines())
                .retries(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(1)))
                .build();
        try (transport) {
            Recorder.of(transport.stream(call(URI.create("http://127.0.0.1:" + free))))
                    .awaitFailure();

            assertThat(shown(log.await(3, END)).lines())
                    .hasSize(3)
                    .allMatch(line ->
                            line.matches("#N POST http://HOST/v1/chat no answer in T ms, 20 bytes sent, 0 received,"
                                    + " CONNECTION: Nothing listens at .*"));
        }
    }

    @Test
    void aCutAndATimeoutAndACancelAreTold() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    exchange.beginChunked(200, "text/plain").chunk("a\n");
                    if (exchange.request().path().contains("cut")) {
                        exchange.send("ffff\r\nb").reset();
                    } else {
                        exchange.hold();
                    }
                });
                HttpTransport transport = transport(WireLog.bodies())) {
            Recorder.of(transport.stream(new LineCall(server.uri().resolve("/cut"))))
                    .awaitFailure();
            assertThat(log.await(1, END).get(log.messages().size() - 1))
                    .contains("/cut 200 in")
                    .contains("INCOMPLETE_STREAM: ");

            Timeouts hasty = LineCall.PATIENT.withIdle(Duration.ofMillis(20));
            Recorder.of(transport.stream(new LineCall(server.uri().resolve("/slow")).timeouts(hasty)))
                    .awaitFailure();
            assertThat(log.await(2, END).get(log.messages().size() - 1))
                    .contains("/slow 200 in")
                    .contains("TIMEOUT: ");

            Recorder<String> stream =
                    Recorder.of(transport.stream(new LineCall(server.uri().resolve("/left"))));
            stream.awaitItems(1);
            stream.cancel();
            assertThat(log.await(3, END).get(log.messages().size() - 1))
                    .contains("/left 200 in")
                    .endsWith("cancelled");
        }
    }

    @Test
    void bodiesAndEventsAreBounded() {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    exchange.beginChunked(200, "text/event-stream");
                    for (int i = 0; i < 50; i++) {
                        exchange.chunk("0123456789\n\n");
                    }
                    exchange.chunk("DONE\n").lastChunk();
                });
                HttpTransport transport = transport(WireLog.bodies().limits(50, 4))) {
            Recorder.of(transport.stream(new LineCall(server.uri()))).awaitItems(1);
            Recorder.of(transport.stream(new LineCall(server.uri()))).request(100);

            String all = shown(log.await(1, END));

            assertThat(all).contains(" < 0123… (6 more)").contains("more events not shown)");
            assertThat(all.length()).isLessThan(4000);
        }
    }

    @Test
    void theLevelDecidesIfItIsAskedFor() {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(200, "text/plain")
                        .chunk("a\nDONE\n")
                        .lastChunk());
                HttpTransport transport = transport(WireLog.byLevel())) {
            log.level(Level.INFO);
            Recorder.of(transport.stream(call(server.uri()))).awaitComplete();
            assertThat(log.messages()).isEmpty();

            log.level(Level.FINE);
            Recorder.of(transport.stream(call(server.uri()))).awaitComplete();
            assertThat(log.await(1, END)).hasSize(1);
            assertThat(log.records(Level.FINE)).allMatch(record -> record.getLevel() == Level.FINE);

            log.level(Level.FINER);
            Recorder.of(transport.stream(call(server.uri()))).awaitComplete();
            assertThat(log.await(2, END)).hasSizeGreaterThan(3);
        }
    }

    @Test
    void anUnknownValueOfThePropertyIsRefused() {
        assertThat(WireLog.ofProperty("lines").depth).isEqualTo(WireLog.LINES);
        assertThatThrownBy(() -> WireLog.ofProperty("body"))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("level, off, lines, heads or bodies");
    }

    @Test
    void withoutASettingNothingIsLogged() {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(200, "text/plain")
                        .chunk("a\nDONE\n")
                        .lastChunk());
                HttpTransport silent = HttpTransport.builder().build();
                HttpTransport on = transport(WireLog.lines())) {
            log.level(Level.FINER);
            Recorder.of(silent.stream(call(server.uri()))).awaitComplete();
            Recorder.of(on.stream(call(server.uri()))).awaitComplete();

            assertThat(log.await(1, END)).hasSize(1);
        }
    }

    @Test
    void offIsOffAtEachLevel() {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(200, "text/plain")
                        .chunk("a\nDONE\n")
                        .lastChunk());
                HttpTransport off = transport(WireLog.off());
                HttpTransport on = transport(WireLog.lines())) {
            Recorder.of(off.stream(call(server.uri()))).awaitComplete();
            Recorder.of(on.stream(call(server.uri().resolve("/on")))).awaitComplete();

            assertThat(log.await(1, END)).hasSize(1);
        }
    }

    /** What cannot be written is dropped. */
    @Test
    void aHandlerThatThrowsBreaksNoCall() throws Exception {
        Handler thrower = new Handler() {
            @Override
            public void publish(LogRecord record) {
                throw new IllegalStateException("a defect of the handler");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.postern.wire");
        logger.addHandler(thrower);
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(200, "text/plain")
                        .chunk("a\nDONE\n")
                        .lastChunk());
                HttpTransport transport = transport(WireLog.bodies())) {
            Recorder<String> stream = Recorder.of(transport.stream(call(server.uri())));

            assertThat(stream.awaitComplete()).containsExactly("a", "end");
        } finally {
            logger.removeHandler(thrower);
        }
    }

    /** The thread that reads for all streams does not wait for the log. */
    @Test
    void aHandlerThatBlocksStopsNoStreamAndMessagesAreDropped() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        Handler blocker = new Handler() {
            @Override
            public void publish(LogRecord record) {
                try {
                    if (record.getMessage().contains(" after ") && !released.await(30, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("nobody released the handler");
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        int events = WireLines.MOST_WAITING / 4000 + 300;
        Logger logger = Logger.getLogger("dev.postern.wire");
        logger.addHandler(blocker);
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(200, "text/plain")
                        .chunk("a\nDONE\n")
                        .lastChunk());
                HttpTransport transport = transport(WireLog.off())) {
            WireLines lines = new WireLines(new WireTap.Facts(1, "", 0, "GET", "http://h/", 0), true);
            Recorder<String> stream = Recorder.<String>unbounded().onEach(item -> {
                for (int i = 0; i < events; i++) { // on a thread that must not block
                    lines.part("x".repeat(4000), i);
                }
            });
            transport.stream(call(server.uri())).subscribe(new ScopedExchange.Promised<>(stream, true));

            assertThat(stream.awaitComplete()).hasSize(2);
            lines.end(200, "complete", 1, 2);
            assertThat(log.messages()).noneMatch(each -> each.contains(END));
            released.countDown();

            assertThat(String.join("\n", log.await(1, END))).contains(" messages dropped, as the log is too slow\n");
        } finally {
            released.countDown();
            logger.removeHandler(blocker);
        }
    }

    @Test
    void negativeBoundsAreRefused() {
        assertThatThrownBy(() -> WireLog.bodies().limits(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WireRecorder(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
