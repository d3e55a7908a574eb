package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.Timeouts;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.ScriptedServer.Script;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tests that each provider must pass, for any protocol. A subclass builds the provider and the messages of its protocol;
 * the tests provide the server and its faults.
 */
@Timeout(60)
public abstract class ProviderContract {
    /** The key, which must not appear in any failure. */
    protected static final String KEY = "sk-contract-4f1bd0c8e7a35926";

    private static final Timeouts PATIENT =
            Timeouts.defaults().withResponseStart(Duration.ofSeconds(30)).withIdle(Duration.ofSeconds(30));
    private static final Duration SHORT = Duration.ofSeconds(2); // long enough to reach the point of the test
    private static final RetryPolicy RETRIES =
            RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(1));
    private static final int MANY_STREAMS = 1000;
    private static final long MEGABYTE = 1 << 20;

    /** For subclasses. */
    protected ProviderContract() {}

    /**
     * A non-streaming answer of the server.
     *
     * @param status the HTTP status
     * @param mediaType the content type
     * @param body the body
     * @param headerLines more headers, {@code Name: value}
     */
    public record Reply(int status, String mediaType, byte[] body, String... headerLines) {

        void to(WireExchange exchange) throws IOException {
            exchange.answer(status, mediaType, body, headerLines);
        }
    }

    private final List<AutoCloseable> toClose = new ArrayList<>();

    /** A provider that calls this server with this key. */
    protected abstract LlmProvider provider(URI server, String key, Timeouts timeouts, RetryPolicy retries);

    /** A whole answer with this text; model and usage are chosen by the subclass. */
    protected abstract Reply answer(String text);

    /** An error with this message in the format of the protocol. */
    protected abstract Reply error(int status, String message);

    /** The content type of a stream. */
    protected abstract String streamType();

    /** The data before the first text of a stream, which gives no event; can be empty. */
    protected abstract byte[] opening();

    /** A part of a stream that gives exactly one {@link ContentDelta}. */
    protected abstract byte[] delta(String text);

    /**
     * The end of a complete stream: the other data of {@link #answer}, and the end marker of the protocol if it has
     * one.
     */
    protected abstract byte[] ending();

    /** The backend name in failures; another name than that of the provider if it contains other providers. */
    protected String backend(LlmProvider provider) {
        return provider.name();
    }

    /** The request to send. */
    protected CompletionRequest request() {
        return CompletionRequest.builder().model("model").user("Hello").build();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = toClose.size(); --i >= 0; ) {
            toClose.get(i).close();
        }
    }

    // ---- the answer -------------------------------------------------------------------------------------------------

    @Test
    void theCollectedStreamEqualsTheWholeAnswer() throws Exception {
        ScriptedServer server = server(
                exchange -> answer("Hello, world").to(exchange), exchange -> stream(exchange, "Hello", ", ", "world"));
        LlmProvider provider = patient(server);

        CompletionResponse whole = provider.completions(request());
        CompletionResponse folded =
                CompletionCollector.collect(provider.stream(request())).get(30, TimeUnit.SECONDS);

        assertThat(whole.content()).isEqualTo("Hello, world");
        assertThat(folded).isEqualTo(whole);
    }

    @Test
    void aStreamHasTextThenOneStopThenAtMostOneUsage() {
        ScriptedServer server = server(exchange -> stream(exchange, "a", "b"));

        List<StreamEvent> events =
                Recorder.of(patient(server).stream(request())).awaitComplete();

        assertThat(events.subList(0, 2)).containsExactly(new ContentDelta("a"), new ContentDelta("b"));
        assertThat(events.get(2)).isInstanceOf(StreamEvent.MessageStop.class);
        assertThat(events.subList(3, events.size()))
                .hasSizeLessThan(2)
                .allMatch(StreamEvent.UsageReported.class::isInstance);
    }

    @Test
    void noRequestIsSentWithoutASubscription() {
        ScriptedServer server = server(exchange -> answer("first").to(exchange));
        LlmProvider provider = patient(server);

        var unused = provider.stream(request());
        provider.completions(request());

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void eachSubscriptionSendsItsOwnRequest() {
        ScriptedServer server = server(exchange -> stream(exchange, "one"), exchange -> stream(exchange, "two"));
        var stream = patient(server).stream(request());

        assertThat(Recorder.of(stream).awaitComplete()).startsWith(new ContentDelta("one"));
        assertThat(Recorder.of(stream).awaitComplete()).startsWith(new ContentDelta("two"));
        assertThat(server.requests()).hasSize(2);
    }

    /** A gateway calls only {@code healthAsync}, so a {@code health} of a provider's own would be ignored there. */
    @Test
    void healthAndHealthAsyncAgree() throws Exception {
        LlmProvider provider = patient(server(exchange -> error(401, "refused").to(exchange)));

        Class<?> blocking = provider.getClass().getMethod("health").getDeclaringClass();
        Class<?> async = provider.getClass().getMethod("healthAsync").getDeclaringClass();

        assertThat(blocking.isAssignableFrom(async))
                .as("the class that overrides health() must override healthAsync()")
                .isTrue();
        assertThat(provider.health().up())
                .isEqualTo(provider.healthAsync().get(30, TimeUnit.SECONDS).up());
    }

    // ---- connections ------------------------------------------------------------------------------------------------

    @Test
    void sequentialCallsShareAConnection() {
        ScriptedServer server = server(exchange -> answer("again").to(exchange));
        LlmProvider provider = patient(server);

        for (int call = 0; call < 5; call++) {
            provider.completions(request());
        }

        assertThat(server.requests()).hasSize(5);
        assertThat(server.connections()).isOne();
    }

    /**
     * A stream can complete shortly before its connection is free, so some streams may open another one: fewer than
     * half of them. On a busy machine that may take more than 12 streams.
     */
    @Test
    void sequentialStreamsShareConnections() {
        ScriptedServer server = server(exchange -> stream(exchange, "again"));
        LlmProvider provider = patient(server);

        int calls = 0;
        while (calls < 12 || (calls < 100 && server.connections() * 2 >= calls)) {
            Recorder.of(provider.stream(request())).awaitComplete();
            calls++;
        }

        assertThat(server.requests()).hasSize(calls);
        assertThat(server.connections() * 2).isLessThan(calls);
    }

    @Test
    void aThousandIdleStreamsNeedFewThreads() {
        CountDownLatch ready = new CountDownLatch(MANY_STREAMS);
        ScriptedServer server = server(exchange -> {
            openStream(exchange, "here");
            exchange.hold();
            ready.countDown();
        });
        LlmProvider provider = patient(server);
        List<Recorder<StreamEvent>> streams = new ArrayList<>();
        int before = ManagementFactory.getThreadMXBean().getThreadCount();

        for (int i = 0; i < MANY_STREAMS; i++) {
            Recorder<StreamEvent> stream = Recorder.<StreamEvent>requesting(2).on(provider.stream(request()));
            stream.awaitItems(1);
            streams.add(stream);
        }

        assertThat(server.connections()).isEqualTo(MANY_STREAMS);
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount() - before)
                .isLessThan(50);
        streams.forEach(Recorder::cancel);
        server.exchange(0).awaitPeerClosed();
        server.exchange(MANY_STREAMS - 1).awaitPeerClosed();
        streams.forEach(Recorder::assertNoViolations);
    }

    @Test
    void closingTheProviderEndsRunningCalls() {
        ScriptedServer server = server(
                exchange -> {
                    openStream(exchange, "here");
                    exchange.hold();
                },
                WireExchange::hold);
        LlmProvider provider = patient(server);
        Recorder<StreamEvent> stream = Recorder.of(provider.stream(request()));
        stream.awaitItems(1);
        CompletableFuture<CompletionResponse> answer = provider.completionsAsync(request());
        server.exchange(1);

        provider.close();

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.CANCELLED);
        assertThat(failure(answer).kind()).isEqualTo(Kind.CANCELLED);
        server.exchange(0).awaitPeerClosed();
        server.exchange(1).awaitPeerClosed();
        provider.close();
    }

    // ---- cancellation -----------------------------------------------------------------------------------------------

    @Test
    void cancellingAStreamClosesItsConnection() {
        ScriptedServer server = server(exchange -> {
            openStream(exchange, "here");
            exchange.hold();
        });
        Recorder<StreamEvent> stream = Recorder.of(patient(server).stream(request()));
        stream.awaitItems(1);

        stream.cancel();

        assertClosedSoon(server.exchange(0));
        stream.assertNoViolations();
        assertThat(stream.isOver()).isFalse();
    }

    @Test
    void cancellingBeforeTheStatusLineClosesTheConnection() {
        ScriptedServer server = server(WireExchange::hold);
        Recorder<StreamEvent> stream = Recorder.of(patient(server).stream(request()));
        WireExchange exchange = server.exchange(0);

        stream.cancel();

        assertClosedSoon(exchange);
        assertThat(stream.isOver()).isFalse();
    }

    @Test
    void cancellingTheFutureClosesTheConnection() {
        ScriptedServer server = server(
                WireExchange::hold,
                exchange -> exchange.head(200, "Content-Type: " + answer("").mediaType(), "Content-Length: 1000")
                        .send("{")
                        .hold());
        LlmProvider provider = patient(server);

        for (int call = 0; call < 2; call++) {
            CompletableFuture<CompletionResponse> answer = provider.completionsAsync(request());
            WireExchange exchange = server.exchange(call);

            assertThat(answer.cancel(true)).isTrue();

            assertClosedSoon(exchange);
        }
    }

    @Test
    void anInterruptEndsABlockingCallAndKeepsTheStatus() throws Exception {
        ScriptedServer server = server(WireExchange::hold);
        LlmProvider provider = patient(server);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            try {
                provider.completions(request());
            } catch (Throwable e) {
                thrown.set(e);
            }
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        WireExchange exchange = server.exchange(0);

        caller.interrupt();
        caller.join(30_000);

        assertThat(thrown.get()).isInstanceOf(LlmException.class);
        assertThat(((LlmException) thrown.get()).kind()).isEqualTo(Kind.CANCELLED);
        assertThat(interrupted).isTrue();
        assertClosedSoon(exchange);
    }

    // ---- back-pressure ----------------------------------------------------------------------------------------------

    @Test
    void aDemandOfOneYieldsOne() {
        ScriptedServer server = server(exchange -> stream(exchange, "a", "b", "c"));
        Recorder<StreamEvent> stream = Recorder.<StreamEvent>requesting(0).on(patient(server).stream(request()));

        for (int item = 1; item <= 4; item++) {
            stream.request(1);
            stream.awaitItems(item); // an additional item is recorded as a violation
        }
        stream.request(1);

        stream.awaitComplete();
    }

    @Test
    void aSlowSubscriberCausesBackPressure() {
        byte[] piece = delta("x".repeat(16 << 10));
        ScriptedServer server = server(exchange -> {
            exchange.head(200, "Content-Type: " + streamType()).send(opening());
            exchange.flood(piece, 64 * MEGABYTE);
        });
        Recorder<StreamEvent> stream = Recorder.<StreamEvent>requesting(1).on(patient(server).stream(request()));

        for (int item = 1; item <= 20; item++) {
            stream.awaitItems(item);
            stream.request(1);
        }
        awaitStandstill(server.exchange(0));

        assertThat(server.exchange(0).written()).isLessThan(16 * MEGABYTE);
        stream.cancel();
        server.exchange(0).awaitPeerClosed();
        stream.assertNoViolations();
    }

    /** Waits until the server could not write for some time. */
    private static void awaitStandstill(WireExchange exchange) {
        for (long before = -1, now; (now = exchange.written()) != before; before = now) {
            try {
                exchange.peerClosed().get(200, TimeUnit.MILLISECONDS);
                throw new AssertionError("the client closed the connection");
            } catch (TimeoutException e) {
                // expected
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }

    // ---- cuts and silence -------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "until close", "reset"})
    void aCutStreamFailsAsIncompleteAfterItsItems(String how) {
        CountDownLatch seen = new CountDownLatch(2);
        ScriptedServer server = server(exchange -> {
            if (how.equals("until close")) {
                exchange.head(200, "Content-Type: " + streamType(), "Connection: close");
                exchange.send(opening()).send(delta("a")).send(delta("b")).close();
            } else {
                openStream(exchange, "a", "b");
                if (how.equals("reset")) {
                    assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue(); // a reset can overtake sent data
                    exchange.reset();
                } else {
                    exchange.close();
                }
            }
        });
        LlmProvider provider = provider(server, PATIENT, RETRIES);

        Recorder<StreamEvent> stream = Recorder.<StreamEvent>unbounded()
                .onEach(item -> seen.countDown())
                .on(provider.stream(request()));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(stream.items()).containsExactly(new ContentDelta("a"), new ContentDelta("b"));
        assertThat(server.requests()).as("no retry after the first event").hasSize(1);
    }

    @Test
    void aCutAnswerFailsAsIncomplete() {
        byte[] body = answer("Hello").body();
        ScriptedServer server = server(exchange -> exchange.head(
                        200, "Content-Type: " + answer("").mediaType(), "Content-Length: " + body.length)
                .send(Arrays.copyOf(body, body.length - 1))
                .close());

        assertThat(failure(patient(server)).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
    }

    @Test
    void silenceBeforeTheAnswerFailsWithATimeout() {
        ScriptedServer server = server(WireExchange::hold);
        LlmProvider provider = provider(server, PATIENT.withResponseStart(SHORT), RetryPolicy.none());

        assertThat(failure(provider).kind()).isEqualTo(Kind.TIMEOUT);
        assertClosedSoon(server.exchange(0));

        Recorder<StreamEvent> stream = Recorder.of(provider.stream(request()));
        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        assertClosedSoon(server.exchange(1));
    }

    @Test
    void silenceDuringAStreamFailsWithATimeout() {
        ScriptedServer server = server(exchange -> {
            openStream(exchange, "a");
            exchange.hold();
        });
        LlmProvider provider = provider(server, PATIENT.withIdle(SHORT), RETRIES);

        Recorder<StreamEvent> stream = Recorder.of(provider.stream(request()));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(stream.items()).containsExactly(new ContentDelta("a"));
        assertClosedSoon(server.exchange(0));
        assertThat(server.requests()).hasSize(1);
    }

    // ---- errors -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_REQUEST",
        "401, AUTHENTICATION",
        "403, PERMISSION",
        "404, NOT_FOUND",
        "429, RATE_LIMITED",
        "500, SERVER",
        "503, OVERLOADED"
    })
    void eachStatusHasItsKind(int status, Kind kind) {
        ScriptedServer server =
                server(exchange -> error(status, "Something is wrong.").to(exchange));
        LlmProvider provider = patient(server);

        LlmException whole = failure(provider);
        LlmException streamed = Recorder.of(provider.stream(request())).awaitFailure(LlmException.class);

        for (LlmException failure : List.of(whole, streamed)) {
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.status()).hasValue(status);
            assertThat(failure.backend()).isEqualTo(backend(provider));
            assertThat(failure.serverMessage()).contains("Something is wrong.");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 429, 500, 503})
    void theKeyIsHiddenIfTheServerEchoesIt(int status) {
        ScriptedServer server = server(
                exchange -> error(status, "Incorrect API key provided: " + KEY + ".")
                        .to(exchange),
                exchange -> exchange.answer(
                        status, "text/html", "<p>" + KEY + "</p>", "X-Request-Id: " + KEY, "Server: " + KEY));
        LlmProvider provider = patient(server);

        for (int call = 0; call < 2; call++) {
            assertKeyIsNotShown(failure(provider));
        }
        assertThat(provider.toString()).doesNotContain(KEY);
    }

    @Test
    void theKeyIsHiddenIfTheConnectionFails() {
        ScriptedServer server = server(WireExchange::close);
        LlmProvider provider = patient(server);

        LlmException failure = failure(provider);
        assertThat(failure.kind()).isEqualTo(Kind.CONNECTION);
        assertKeyIsNotShown(failure);

        server.close();
        LlmException refused = failure(provider);
        assertThat(refused.kind()).isEqualTo(Kind.CONNECTION);
        assertKeyIsNotShown(refused);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void noRedirectIsFollowed(int status) {
        ScriptedServer redirectTarget =
                server(exchange -> answer("Unexpected target of a redirect").to(exchange));
        ScriptedServer server = server(exchange -> exchange.answer(
                status, "text/plain", "moved", "Location: " + redirectTarget.uri() + "/redirectTarget"));
        LlmProvider provider = provider(server, PATIENT, RETRIES);

        assertKeyIsNotShown(failure(provider));
        assertThat(redirectTarget.connections()).isZero();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anAnswerOfAnotherKindOfServerFailsWithProtocol() {
        ScriptedServer server = server(exchange -> exchange.answer(200, "text/html", "<h1>It works!</h1>"));
        LlmProvider provider = patient(server);

        assertThat(failure(provider).kind()).isEqualTo(Kind.PROTOCOL);
        Recorder<StreamEvent> stream = Recorder.of(provider.stream(request()));
        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.PROTOCOL);
    }

    // ---- retries ----------------------------------------------------------------------------------------------------

    @Test
    void aStreamIsRetriedBeforeItsFirstEvent() {
        ScriptedServer server = server(
                exchange -> error(503, "Busy.").to(exchange),
                exchange -> {
                    exchange.beginChunked(200, streamType()).chunk(opening());
                    exchange.close();
                },
                exchange -> stream(exchange, "a"));
        Recorder<StreamEvent> stream =
                Recorder.<StreamEvent>requesting(1).on(provider(server, PATIENT, RETRIES).stream(request()));

        assertThat(stream.awaitItems(1)).containsExactly(new ContentDelta("a"));
        stream.request(Long.MAX_VALUE);
        stream.awaitComplete();
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void anAnswerIsRetried() {
        ScriptedServer server = server(
                exchange -> error(503, "Busy.").to(exchange),
                exchange -> answer("ok").to(exchange));

        assertThat(provider(server, PATIENT, RETRIES).completions(request()).content())
                .isEqualTo("ok");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aRefusedKeyIsNotRetried() {
        ScriptedServer server = server(exchange -> error(401, "No.").to(exchange));

        assertThat(failure(provider(server, PATIENT, RETRIES)).kind()).isEqualTo(Kind.AUTHENTICATION);
        assertThat(server.requests()).hasSize(1);
    }

    // ---- helpers
    // -----------------------------------------------------------------------------------------------------

    /** A server that answers each request with the next script; the last script also answers all later requests. */
    protected final ScriptedServer server(Script... scripts) {
        AtomicInteger next = new AtomicInteger();
        ScriptedServer server = new ScriptedServer(
                exchange -> scripts[Math.min(next.getAndIncrement(), scripts.length - 1)].answer(exchange));
        toClose.add(server);
        return server;
    }

    /** A provider with long timeouts and no retries. */
    protected final LlmProvider patient(ScriptedServer server) {
        return provider(server, PATIENT, RetryPolicy.none());
    }

    /** A provider that is closed after the test. */
    protected final LlmProvider provider(ScriptedServer server, Timeouts timeouts, RetryPolicy retries) {
        LlmProvider provider = provider(server.uri(), KEY, timeouts, retries);
        toClose.add(provider);
        return provider;
    }

    /** Sends a whole stream with these texts, one chunk for each. */
    protected final void stream(WireExchange exchange, String... texts) throws IOException {
        openStream(exchange, texts);
        exchange.chunk(ending()).lastChunk();
    }

    /** Sends the start of a stream with these texts. */
    protected final void openStream(WireExchange exchange, String... texts) throws IOException {
        exchange.beginChunked(200, streamType()).chunk(opening());
        for (String text : texts) {
            exchange.chunk(delta(text));
        }
    }

    private static void assertClosedSoon(WireExchange exchange) {
        assertThat(exchange.peerClosed()).succeedsWithin(10, TimeUnit.SECONDS);
    }

    private LlmException failure(LlmProvider provider) {
        return catchThrowableOfType(LlmException.class, () -> provider.completions(request()));
    }

    private static LlmException failure(CompletableFuture<?> answer) {
        ExecutionException thrown =
                catchThrowableOfType(ExecutionException.class, () -> answer.get(30, TimeUnit.SECONDS));
        assertThat(thrown).hasCauseInstanceOf(LlmException.class);
        return (LlmException) thrown.getCause();
    }

    /** Checks the fields, the causes and the stack trace. */
    private static void assertKeyIsNotShown(LlmException failure) {
        assertThat(failure).isNotNull();
        StringWriter printed = new StringWriter();
        failure.printStackTrace(new PrintWriter(printed, true));
        assertThat(printed.toString()).doesNotContain(KEY);
        for (Throwable thrown = failure; thrown != null; thrown = thrown.getCause()) {
            assertThat(thrown.toString()).doesNotContain(KEY);
            if (thrown instanceof LlmException known) {
                assertThat(List.of(known.code(), known.serverMessage(), known.requestId(), known.model()))
                        .noneMatch(text -> text.contains(KEY));
            }
        }
    }
}
