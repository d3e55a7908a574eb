package dev.postern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import dev.postern.wire.ErrorWriter;
import dev.postern.wire.EventWriter;
import dev.postern.wire.RandomModel;
import dev.postern.wire.ResponseWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client reads from the gateway. */
class AnsweringTest extends HttpFixture {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");
    private static final LlmException FULL = LlmException.builder(Kind.OVERLOADED, "x")
            .retryable(false)
            .backend("main")
            .model("gpt-4o")
            .status(529)
            .code("overloaded")
            .serverMessage("Come back later")
            .retryAfter(Duration.ofSeconds(30))
            .build();

    /** The events that a provider without streaming makes of the answer. */
    private static List<StreamEvent> events(CompletionResponse response) {
        LlmProvider teller = new LlmProvider() {
            @Override
            public String name() {
                return "teller";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                return CompletableFuture.completedFuture(response);
            }
        };
        return Recorder.of(teller.stream(HELLO)).awaitComplete();
    }

    @Test
    void answersAndEventsOfAPosternGatewayAreRestored() throws Exception {
        for (int seed = 0; seed < 100; seed++) {
            CompletionResponse response = new RandomModel(seed).streamable();
            List<StreamEvent> events = events(response);
            ScriptedServer server = server(
                    exchange -> exchange.answer(200, "application/json", ResponseWriter.write(response)),
                    exchange -> exchange.answer(200, "text/event-stream", Sse.of(events)));
            GatewayClient client = client(server);

            assertThat(client.completions(HELLO)).isEqualTo(response);
            assertThat(Recorder.of(client.stream(HELLO)).awaitComplete()).isEqualTo(events);
            assertThat(CompletionCollector.collect(client.stream(HELLO)).get(30, TimeUnit.SECONDS))
                    .as("the fold of the stream")
                    .isEqualTo(response);
            closeAll();
        }
    }

    @Test
    void aFailureOfTheRemoteGatewayIsRestored() {
        ScriptedServer server = server(
                exchange -> exchange.answer(503, "application/json", ErrorWriter.write(FULL, "r1")),
                exchange -> exchange.answer(200, "text/event-stream", Sse.event(EventWriter.error(FULL, "r1"))));
        GatewayClient client = client(server);

        LlmException whole = catchThrowableOfType(LlmException.class, () -> client.completions(HELLO));
        LlmException streamed = Recorder.of(client.stream(HELLO)).awaitFailure(LlmException.class);

        for (LlmException failure : List.of(whole, streamed)) {
            assertThat(failure.kind()).isEqualTo(Kind.OVERLOADED);
            assertThat(failure).hasMessage("'main' (model gpt-4o) answered 529: Come back later.");
            assertThat(failure.retryable()).isFalse();
            assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(30));
            assertThat(failure.status()).hasValue(529);
            assertThat(failure.model()).isEqualTo("gpt-4o");
            assertThat(failure.code()).isEqualTo("overloaded");
            assertThat(failure.requestId()).isEqualTo("r1");
            assertThat(failure.backend()).as("to us it is the gateway").isEqualTo("test");
        }
    }

    @Test
    void anErrorEventEndsTheStreamAfterTheEventsBeforeIt() {
        StreamEvent hel = new StreamEvent.ContentDelta("Hel");
        ScriptedServer server = server(exchange -> {
            exchange.beginChunked(200, "text/event-stream").chunk(Sse.of(hel));
            exchange.chunk(Sse.event(EventWriter.error(FULL, "")))
                    .close(); // without the last chunk, as the format requires
        });

        Recorder<StreamEvent> stream = Recorder.of(client(server).stream(HELLO));

        assertThat(stream.awaitFailure(LlmException.class)).hasMessageContaining("Come back later");
        assertThat(stream.items()).containsExactly(hel);
    }

    @Test
    void anEndWithoutMessageStopIsAnIncompleteStream() {
        ScriptedServer server = sse("");

        LlmException failure = Recorder.of(client(server).stream(HELLO)).awaitFailure(LlmException.class);

        assertThat(failure.kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure).hasMessageContaining("message_stop").hasMessageContaining("Python gateway");
    }

    @Test
    void theRetryAfterHeaderIsRead() {
        ScriptedServer server = json(429, "{\"detail\":\"Slow down\"}", "Retry-After: 7", "X-Request-Id: r-9");

        LlmException failure =
                catchThrowableOfType(LlmException.class, () -> client(server).completions(HELLO));

        assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(7));
        assertThat(failure.requestId()).isEqualTo("r-9");
        assertThat(failure).hasMessage("The gateway answered 429: Slow down.");
    }

    @Test
    void theGatewaysRequestIdIsInTheMetadataUnlessTheBackendHasOne() {
        String stop = "data: {\"type\":\"message_stop\",\"stop_reason\":\"end_turn\",\"model\":\"m\"}\n\n";
        ScriptedServer server = server(
                exchange -> exchange.answer(
                        200,
                        "application/json",
                        "{\"content\":\"Hi\",\"stop_reason\":\"end_turn\"}",
                        "X-Request-Id: r1"),
                exchange -> exchange.answer(
                        200,
                        "application/json",
                        "{\"content\":\"Hi\",\"stop_reason\":\"end_turn\",\"metadata\":{\"request_id\":\"theirs\"}}",
                        "X-Request-Id: r2"),
                exchange -> exchange.answer(200, "text/event-stream", stop, "X-Request-Id: r3"));
        GatewayClient client = client(server);

        assertThat(client.completions(HELLO).serverInfo()).containsEntry("request_id", "r1");
        assertThat(client.completions(HELLO).serverInfo()).containsEntry("request_id", "theirs");
        assertThat(Recorder.of(client.stream(HELLO)).awaitComplete())
                .singleElement()
                .isInstanceOfSatisfying(
                        StreamEvent.MessageStop.class,
                        end -> assertThat(end.serverInfo()).containsEntry("request_id", "r3"));
    }

    @Test
    void withoutAPolicyThereIsNoRetry() {
        ScriptedServer server = json(503, "{\"detail\":\"Busy\"}");
        try (GatewayClient client =
                GatewayClient.builder().baseUrl(server.uri().toString()).build()) {
            catchThrowableOfType(LlmException.class, () -> client.completions(HELLO));
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void withAPolicyThereAreRetriesUnlessTheGatewayAdvisesAgainstThem() {
        LlmException useless =
                new LlmException(Kind.SERVER, "x").toBuilder().retryable(false).build();
        ScriptedServer server = server(
                exchange -> exchange.answer(503, "application/json", "{\"detail\":\"Busy\"}"),
                exchange -> exchange.answer(500, "application/json", ErrorWriter.write(useless, "")));
        GatewayClient client =
                client(server, it -> it.retries(RetryPolicy.defaults().withDelays(Duration.ZERO, Duration.ZERO)));

        LlmException failure = catchThrowableOfType(LlmException.class, () -> client.completions(HELLO));

        assertThat(failure.kind()).isEqualTo(Kind.SERVER);
        assertThat(server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | {"status":"ok"}              | true  | 'test' answers and is ready.
            503 | {"status":"degraded","checks":{"llm/main":"down"}} | false | The gateway answered 503: {"status":"degraded","checks":{"llm/main":"down"}}.
            401 | {"detail":"no"}              | false | The gateway answered 401: no.
            429 | {"detail":"slow"}            | true  | 'test' answers, but the rate limit is reached.
            200 | <html>Sign in</html>         | false | 'test' answered with application/json instead of its health; check that base_url is the address of a gateway. It begins with '<html>Sign in</html>'.
            """)
    void healthIsThatOfReadyz(int status, String body, boolean up, String detail) {
        isHealth(client(json(status, body)).health(), up, detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | {"status":"ok"}     | true  | 'test' answers; it does not say whether its backends do.
            404 | {"detail":"no"}     | false | The gateway answered 404: no.
            500 | {"detail":"oops"}   | false | The gateway answered 500: oops.
            """)
    void withoutReadyzHealthIsThatOfHealthz(int status, String body, boolean up, String detail) {
        ScriptedServer server = server(
                exchange -> exchange.answer(404, "application/json", "{\"detail\":\"Not Found\"}"),
                exchange -> exchange.answer(status, "application/json", body));

        isHealth(client(server).health(), up, detail);
    }

    private static void isHealth(ProviderHealth health, boolean up, String detail) {
        assertThat(health.up()).isEqualTo(up);
        assertThat(health.detail()).isEqualTo(detail);
        assertThat(health.failure().isEmpty()).isEqualTo(up);
    }

    @Test
    void anUnreachableGatewayIsDown() {
        ScriptedServer server = json(200, "{}");
        GatewayClient client = client(server);
        server.close();

        assertThat(client.health().up()).isFalse();
        assertThat(client.health().detail()).contains("Nothing listens at");
    }

    @Test
    void anAnswerOfAnotherServerIsAProtocolError() {
        String openAi = "{\"choices\":[{\"message\":{\"content\":\"Hi\"}}]}";
        ScriptedServer server = server(exchange -> exchange.answer(200, "application/json", openAi));

        LlmException failure =
                catchThrowableOfType(LlmException.class, () -> client(server).completions(HELLO));
        LlmException streamed = Recorder.of(client(server).stream(HELLO)).awaitFailure(LlmException.class);
        LlmException models =
                catchThrowableOfType(LlmException.class, () -> client(server).listModels());

        assertThat(List.of(failure, streamed, models)).allSatisfy(it -> {
            assertThat(it.kind()).isEqualTo(Kind.PROTOCOL);
            assertThat(it).hasMessageContaining("check that base_url is the address of a gateway.");
            assertThat(it.backend()).isEqualTo("test");
        });
    }

    @Test
    void anUnreadableAnswerIsQuotedShortenedAndWithoutTheKey() {
        String body = "{\"a\": \"\u202esk-secret\u0007\n\"} " + "x".repeat(190) + "sk-secret" + "y".repeat(100);
        ScriptedServer server = server(
                exchange -> exchange.answer(200, "application/json", body),
                exchange -> exchange.answer(200, "text/event-stream", "data: " + body.replace("\n", "") + "\n\n"),
                exchange -> exchange.answer(200, "text/plain", body),
                exchange -> exchange.answer(200, "application/json", body));
        GatewayClient client = client(server, it -> it.apiKey("sk-secret"));

        List<LlmException> failures = List.of(
                catchThrowableOfType(LlmException.class, () -> client.completions(HELLO)),
                Recorder.of(client.stream(HELLO)).awaitFailure(LlmException.class),
                Recorder.of(client.stream(HELLO)).awaitFailure(LlmException.class),
                catchThrowableOfType(LlmException.class, client::listModels));

        assertThat(failures).allSatisfy(failure -> {
            assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
            assertThat(failure.getMessage())
                    .contains(" It begins with '{\"a\": \"*** \"} xxxxx")
                    .endsWith("…'.")
                    .doesNotContain("sk-", "yyy");
        });
    }

    @ParameterizedTest
    @CsvSource({"200, INCOMPLETE_STREAM", "202, PROTOCOL", "204, PROTOCOL", "205, PROTOCOL", "299, PROTOCOL"})
    void aSuccessWithoutABodyIsAnErrorThatNamesTheStatus(int status, Kind kind) {
        ScriptedServer server =
                server(exchange -> exchange.head(status, status == 204 ? "Date: now" : "Content-Length: 0"));
        GatewayClient client = client(server, it -> it.retries(RetryPolicy.none()));

        LlmException failure = catchThrowableOfType(LlmException.class, () -> client.completions(HELLO));
        LlmException models = catchThrowableOfType(LlmException.class, client::listModels);

        assertThat(List.of(failure, models)).allSatisfy(it -> {
            assertThat(it.kind()).isEqualTo(kind);
            assertThat(it).hasMessage("'test' answered " + status + " with an empty body instead of an answer.");
        });
        LlmException streamed = Recorder.of(client.stream(HELLO)).awaitFailure(LlmException.class);
        assertThat(streamed.kind()).isEqualTo(kind);
        if (status != 200) {
            assertThat(streamed).hasMessageContaining("answered " + status + " with an empty body");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {206, 304})
    void statusesForCachesAreNeitherSuccessNorRedirect(int status) {
        LlmException failure = catchThrowableOfType(
                LlmException.class,
                () -> client(server(exchange -> exchange.head(status, "Content-Length: 0")))
                        .completions(HELLO));

        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure.status()).hasValue(status);
        assertThat(failure).hasMessage("The gateway answered " + status + ".");
    }

    @Test
    void anEventAboveTheLimitIsRefused() {
        byte[] large = Sse.of(new StreamEvent.ContentDelta("x".repeat(2000)));
        ScriptedServer server = sse(new String(large, StandardCharsets.UTF_8));

        LlmException failure = Recorder.of(client(server, it -> it.maxEventBytes(1000)).stream(HELLO))
                .awaitFailure(LlmException.class);

        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure).hasMessageContaining("1000 bytes");
    }
}
