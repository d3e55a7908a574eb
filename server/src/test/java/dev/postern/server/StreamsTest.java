package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.ToolCallComplete;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.StreamEvent.ToolCallStart;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.server.http.Limits;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams, with regard to known defects of clients. */
class StreamsTest {
    private final FakeBackend main = new FakeBackend("main");
    private TestServer served = TestServer.of(main);

    @AfterEach
    void close() {
        served.close();
    }

    private void serve(Limits limits) {
        served.close();
        served = TestServer.of(limits, main);
    }

    private RawClient ask(String... headers) throws IOException {
        return served.client().request("POST", STREAM, HELLO, headers);
    }

    @Test
    void eachEventIsADataLineAndABlankLine() throws IOException {
        try (RawClient client = ask()) {
            main.stream()
                    .emit("Hel")
                    .emit("lo")
                    .emit(FakeBackend.stop())
                    .emit(new StreamEvent.UsageReported(Usage.of(3, 2)))
                    .complete();
            RawClient.Answer answer = client.answer();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(answer.header("X-Request-Id")).matches("[0-9a-f]{32}");
            assertThat(answer.whole()).isTrue();
            assertThat(answer.body())
                    .isEqualTo("data: {\"type\":\"content_delta\",\"delta\":\"Hel\"}\n\n"
                            + "data: {\"type\":\"content_delta\",\"delta\":\"lo\"}\n\n"
                            + "data: {\"type\":\"message_stop\",\"stop_reason\":\"end_turn\",\"model\":\"m\"}\n\n"
                            + "data: {\"type\":\"metadata\",\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}\n\n");
            assertThat(client.request("GET", "/healthz", "").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void eachEventIsSentAtOnce() throws IOException {
        try (RawClient client = ask()) {
            FakeBackend.OpenStream stream = main.stream().emit("one");
            client.headers();
            assertThat(chunk(client)).contains("one");
            stream.emit("two");
            assertThat(chunk(client)).contains("two"); // while the stream goes on
        }
    }

    @Test
    void anEventLargerThanTheBufferArrivesWhole() throws IOException {
        String large = "x".repeat(100_000);
        try (RawClient client = ask()) {
            main.stream().emit(large).emit(FakeBackend.stop()).complete();

            assertThat(events(client.answer()).get(0).text("delta")).isEqualTo(large);
        }
    }

    @Test
    void nothingOfAStreamStaysAfterItsEnd() throws Exception {
        serve(Limits.defaults().withSilence(Duration.ofHours(1), Duration.ofHours(1)));
        WeakReference<Object> stream = oneStream();
        main.requests.clear(); // they have the context of the call

        long latest = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (stream.get() != null && System.nanoTime() < latest) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(stream.get()).isNull();
    }

    /** In a method of its own, because an interpreted frame keeps the objects of its variables. */
    private WeakReference<Object> oneStream() throws IOException {
        try (RawClient client = ask()) {
            FakeBackend.OpenStream stream = main.stream().emit("Hello").emit(FakeBackend.stop());
            stream.complete();
            assertThat(client.answer().whole()).isTrue();
            return new WeakReference<>(stream);
        }
    }

    @Test
    void anEmptyStreamIsA200WithoutEvents() throws IOException {
        try (RawClient client = ask()) {
            main.stream().complete();

            assertThat(client.answer())
                    .returns(200, RawClient.Answer::status)
                    .returns("", RawClient.Answer::body)
                    .returns(true, RawClient.Answer::whole);
        }
    }

    @Test
    void unicodeLineBreaksAreEscaped() throws IOException {
        try (RawClient client = ask()) {
            main.stream()
                    .emit("a\u0085b\u2028c\u2029d\ne")
                    .emit(FakeBackend.stop())
                    .complete();
            RawClient.Answer answer = client.answer();

            assertThat(answer.body()).contains("a\\u0085b\\u2028c\\u2029d\\ne").doesNotContain("[DONE]");
            assertThat(events(answer).get(0).text("delta")).isEqualTo("a\u0085b\u2028c\u2029d\ne");
        }
    }

    @Test
    void aToolCallIsSentWithoutItsFragments() throws IOException {
        try (RawClient client = ask()) {
            emitTwoCallsAtOnce(main.stream()).complete();

            assertThat(events(client.answer()))
                    .extracting(event -> event.text("type") + " " + event.text("id"))
                    .containsExactly(
                            "content_delta ",
                            "tool_use_start 1",
                            "tool_use_complete 1",
                            "tool_use_start 2",
                            "tool_use_complete 2",
                            "message_stop ");
        }
    }

    @Test
    void fragmentsAreSentIfTheClientRequestsThem() throws IOException {
        try (RawClient client = ask("X-Tool-Deltas: true")) {
            emitTwoCallsAtOnce(main.stream()).complete();

            assertThat(events(client.answer()))
                    .extracting(event -> event.text("type") + " " + event.text("id"))
                    .containsExactly(
                            "content_delta ",
                            "tool_use_start 1",
                            "tool_use_start 2",
                            "tool_use_delta 1",
                            "tool_use_delta 2",
                            "tool_use_complete 1",
                            "tool_use_complete 2",
                            "message_stop ");
        }
    }

    private static FakeBackend.OpenStream emitTwoCallsAtOnce(FakeBackend.OpenStream stream) {
        return stream.emit(
                new ContentDelta("Let me see"),
                new ToolCallStart("1", "a"),
                new ToolCallStart("2", "b"),
                new ToolCallDelta("1", "{}"),
                new ToolCallDelta("2", "{}"),
                new ToolCallComplete(ToolCall.of("1", "a", Map.of())),
                new ToolCallComplete(ToolCall.of("2", "b", Map.of())),
                FakeBackend.stop());
    }

    @Test
    void aFailureBeforeTheFirstEventIsAStatus() throws IOException {
        try (RawClient client = ask()) {
            main.stream()
                    .fail(LlmException.builder(Kind.RATE_LIMITED, "Too many.")
                            .status(429)
                            .retryAfter(Duration.ofMillis(1500))
                            .build());
            RawClient.Answer answer = client.answer();

            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.header("Retry-After")).isEqualTo("2");
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
            assertThat(client.request("GET", "/healthz", "").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aFailureAfterUnsentFragmentsIsAStatus() throws IOException {
        try (RawClient client = ask()) {
            main.stream()
                    .emit(new ToolCallStart("1", "a"), new ToolCallDelta("1", "{"))
                    .fail(new LlmException(Kind.INCOMPLETE_STREAM, "It broke off."));

            assertThat(client.answer().status()).isEqualTo(500);
        }
    }

    @Test
    void aFailureAfterTheFirstEventIsAnEventAndClosesTheConnection() throws IOException {
        try (RawClient client = ask("X-Request-Id: r1")) {
            main.stream()
                    .emit("Hel")
                    .fail(LlmException.builder(Kind.INCOMPLETE_STREAM, "It broke off at http://10.0.0.1/v1.")
                            .backend("main")
                            .build());
            RawClient.Answer answer = client.answer();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.whole()).isFalse();
            List<JsonObject> events = events(answer);
            assertThat(events).hasSize(2);
            JsonObject error = events.get(1);
            assertThat(error.text("type")).isEqualTo("error");
            assertThat(error.text("kind")).isEqualTo("incomplete_stream");
            assertThat(error.text("retryable")).isEqualTo("true");
            assertThat(error.text("request_id")).isEqualTo("r1");
            assertThat(error.text("message")).isNotEmpty().doesNotContain("10.0.0.1");
            assertThat(error.text("detail")).isEqualTo(error.text("message"));
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void commentsAreSentWhileTheBackendIsSilent() throws IOException {
        serve(Limits.defaults().withSilence(Duration.ofSeconds(60), Duration.ofMillis(50)));
        try (RawClient client = ask()) {
            FakeBackend.OpenStream stream = main.stream().emit("one");
            client.headers();
            assertThat(chunk(client)).contains("one");
            assertThat(chunk(client)).isEqualTo(": keep-alive");
            assertThat(chunk(client)).isEqualTo(": keep-alive");
            stream.complete();
            for (int size; (size = Integer.parseInt(client.line(), 16)) > 0; ) {
                assertThat(size).isEqualTo(": keep-alive\n\n".length());
                assertThat(List.of(client.line(), client.line(), client.line())).contains(": keep-alive");
            }
        }
    }

    @Test
    void commentsAreSentWhileFragmentsAreWithheld() throws IOException {
        serve(Limits.defaults().withSilence(Duration.ofSeconds(60), Duration.ofMillis(200)));
        try (RawClient client = ask()) {
            FakeBackend.OpenStream stream = main.stream().emit("one").emit(new ToolCallStart("1", "a"));
            client.headers();
            assertThat(chunk(client)).contains("one");
            Thread fragments = new Thread(() -> {
                while (!stream.cancelled.isDone()) {
                    stream.emit(new ToolCallDelta("1", " "));
                }
            });
            fragments.setDaemon(true);
            fragments.start();
            assertThat(chunk(client)).isEqualTo(": keep-alive");
        }
    }

    @Test
    void afterALongSilenceA200IsSentAndAFailureIsAnEvent() throws IOException {
        serve(Limits.defaults().withSilence(Duration.ofMillis(50), Duration.ofSeconds(60)));
        try (RawClient client = ask()) {
            FakeBackend.OpenStream stream = main.stream();
            assertThat(client.line()).startsWith("HTTP/1.1 200");
            client.headers();
            assertThat(chunk(client)).isEqualTo(": keep-alive");
            stream.fail(new LlmException(Kind.TIMEOUT, "No event arrived."));
            assertThat(chunk(client)).contains("\"type\":\"error\"").contains("\"kind\":\"timeout\"");
            assertThat(client.rest()).isEqualTo("\r\n"); // the end of the chunk, without a last chunk
        }
    }

    @Test
    void aDisconnectedClientCancelsTheCallOfASilentBackend() throws Exception {
        serve(Limits.defaults().withSilence(Duration.ofSeconds(60), Duration.ofMillis(50)));
        FakeBackend.OpenStream stream;
        try (RawClient client = ask()) {
            stream = main.stream().emit("one");
            client.headers();
            assertThat(chunk(client)).contains("one");
        }
        stream.cancelled.get(30, TimeUnit.SECONDS);
        assertThat(served.post(COMPLETIONS, HELLO).status()).isEqualTo(200);
    }

    @Test
    void anEventIsRequestedAfterThePreviousOneIsSent() throws IOException {
        try (RawClient client = ask()) {
            FakeBackend.OpenStream stream = main.stream();
            stream.emit("one");
            client.headers();
            assertThat(chunk(client)).contains("one");
            stream.emit("two"); // blocks until the demand arrives
            assertThat(chunk(client)).contains("two");
            assertThat(stream.demand()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aClientThatDoesNotReadCausesBackPressureAndATimeout() throws Exception {
        serve(Limits.defaults().withWriteTime(Duration.ofMillis(500)));
        try (RawClient client = ask()) {
            FakeBackend.OpenStream stream = main.stream();
            String large = "x".repeat(1 << 20);
            Thread flood = new Thread(() -> {
                while (!stream.cancelled.isDone()) {
                    stream.emit(large);
                }
            });
            flood.setDaemon(true);
            flood.start();
            stream.cancelled.get(30, TimeUnit.SECONDS); // the client keeps the connection open but does not read
            assertThat(served.post(COMPLETIONS, HELLO).status()).isEqualTo(200);
        }
    }

    /** Reads the first line of the next event, which is one chunk. */
    private static String chunk(RawClient client) throws IOException {
        int size = Integer.parseInt(client.line(), 16);
        String line = client.line();
        assertThat(size).isEqualTo(line.length() + 2);
        assertThat(client.line()).isEmpty(); // ends the event
        if (!line.contains("\"type\":\"error\"")) {
            client.line(); // ends the chunk
        }
        return line;
    }

    private static List<JsonObject> events(RawClient.Answer answer) {
        return answer.body()
                .lines()
                .filter(line -> !line.isEmpty())
                .peek(line -> assertThat(line).startsWith("data: "))
                .map(line -> Json.object(line.substring("data: ".length())))
                .toList();
    }
}
