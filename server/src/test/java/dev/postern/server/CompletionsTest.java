package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.ModelInfo;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole answers, lists, the choice of a backend, and ids. */
class CompletionsTest {
    private final FakeBackend main = new FakeBackend("main");
    private final FakeBackend alt = new FakeBackend("alt");
    private final TestServer served = TestServer.of(main, alt);

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void anAnswerHasAllSixKeys() throws IOException {
        RawClient.Answer answer = served.post(COMPLETIONS, HELLO);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(TestServer.map(answer))
                .containsOnlyKeys("model", "content", "usage", "metadata", "tool_calls", "stop_reason");
        assertThat(TestServer.map(answer))
                .containsEntry("content", "Hello from main")
                .containsEntry("tool_calls", null)
                .containsEntry("stop_reason", "end_turn")
                .containsEntry("usage", Map.of("input_tokens", 3, "output_tokens", 2));
    }

    @Test
    void anEmptyAnswerHasAllSixKeys() throws IOException {
        main.answer = request -> CompletableFuture.completedFuture(
                CompletionResponse.builder().stopReason(StopReason.END_TURN).build());

        assertThat(TestServer.map(served.post(COMPLETIONS, HELLO)))
                .containsOnlyKeys("model", "content", "usage", "metadata", "tool_calls", "stop_reason")
                .containsEntry("content", "")
                .containsEntry("usage", Map.of());
    }

    @Test
    void toolCallsAreObjects() throws IOException {
        main.answer = request -> CompletableFuture.completedFuture(CompletionResponse.builder()
                .content(List.of(ToolCall.of("c1", "get_weather", Map.of("city", "Paris"))))
                .stopReason(StopReason.TOOL_USE)
                .build());

        assertThat(TestServer.map(served.post(COMPLETIONS, HELLO)))
                .containsEntry("stop_reason", "tool_use")
                .containsEntry(
                        "tool_calls",
                        List.of(Map.of("id", "c1", "name", "get_weather", "input", Map.of("city", "Paris"))));
    }

    @Test
    void nonAsciiTextIsPreservedInBothDirections() throws IOException {
        main.answer = request -> CompletableFuture.completedFuture(
                FakeBackend.text("<" + request.messages().get(0).text() + ">"));

        RawClient.Answer answer =
                served.post(COMPLETIONS, "{\"messages\":[{\"role\":\"user\",\"content\":\"Grüße \uD83D\uDEAA\"}]}");

        assertThat(TestServer.field(answer, "content")).isEqualTo("<Grüße \uD83D\uDEAA>");
    }

    @ParameterizedTest
    @ValueSource(strings = {COMPLETIONS, STREAM})
    void theRequestReachesTheBackendUnchanged(String path) throws IOException {
        String body = "{\"model\":\"m\",\"system\":\"Be brief.\",\"temperature\":0.5,\"max_tokens\":7,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"unknown\":1,"
                + "\"tools\":[{\"name\":\"t\",\"description\":\"d\",\"input_schema\":{\"type\":\"object\"}}],"
                + "\"tool_choice\":\"auto\",\"metadata\":{\"a\":\"b\"}}";

        try (RawClient client = served.client()) {
            client.request("POST", path, body);
            if (path.equals(STREAM)) {
                main.stream().emit(FakeBackend.stop()).complete();
            }
            assertThat(client.answer().status()).isEqualTo(200);
        }

        CompletionRequest request = main.requests.remove();
        assertThat(request.model()).isEqualTo("m");
        assertThat(request.system()).isEqualTo("Be brief.");
        assertThat(request.temperature()).hasValue(0.5);
        assertThat(request.maxTokens()).hasValue(7);
        assertThat(request.tools()).extracting(tool -> tool.name()).containsExactly("t");
        assertThat(request.messages()).extracting(message -> message.text()).containsExactly("Hi");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"messages\":[]}",
                "{\"messages\":\"Hello\"}",
                "{\"messages\":[7]}",
                "{\"messages\":[{\"role\":\"wizard\",\"content\":\"Hello\"}]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"temperature\":\"hot\"}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"tools\":[{\"description\":\"d\"}]}",
                "{\"messages\":[{\"tool_results\":[{\"content\":\"18\"}]}]}",
                "[]",
                "7",
                "{",
                "not json",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]} and more"
            })
    void invalidInputIsRefusedBeforeARequestIsSent(String body) throws IOException {
        for (String path : List.of(COMPLETIONS, STREAM)) {
            RawClient.Answer answer = served.post(path, body);

            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
            assertThat(TestServer.field(answer, "detail")).asString().isNotEmpty();
            assertThat(TestServer.json(answer).object("error").text("kind")).isEqualTo("invalid_request");
            assertThat(TestServer.json(answer).object("error").text("request_id"))
                    .isEqualTo(answer.header("X-Request-Id"));
        }
        assertThat(main.requests).isEmpty();
    }

    @Test
    void aMissingBodyIsInvalidInput() throws IOException {
        assertThat(served.post(COMPLETIONS, "").status()).isEqualTo(422);
    }

    @Test
    void theErrorNamesTheInvalidField() throws IOException {
        RawClient.Answer answer = served.post(
                COMPLETIONS,
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"tool_results\":[{\"content\":\"18\"}]}]}");

        assertThat(TestServer.field(answer, "detail")).asString().startsWith("messages[1].tool_results[0].tool_use_id");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    -                   | -              | -    | main
                    X-Provider-LLM: alt | -              | -    | alt
                    x-provider-llm: alt | -              | -    | alt
                    X-PROVIDER-LLM: alt | -              | -    | alt
                    X-Provider-LLM:     | -              | -    | main
                    X-Provider-LLM:     | X-Provider: alt| -    | alt
                    -                   | X-Provider: alt| -    | alt
                    X-Provider-LLM: main| X-Provider: alt| -    | main
                    -                   | -              | alt  | alt
                    X-Provider-LLM: main| -              | alt  | main
                    -                   | X-Provider: main| alt | main
                    """)
    void theBackendComesFromTheHeaderThenTheBodyThenTheDefault(String first, String second, String body, String name)
            throws IOException {
        List<String> headers = new ArrayList<>();
        if (first != null) {
            headers.add(first);
        }
        if (second != null) {
            headers.add(second);
        }
        String json = body == null ? HELLO : HELLO.replaceFirst("\\{", "{\"provider\":\"" + body + "\",");

        RawClient.Answer answer = served.post(COMPLETIONS, json, headers.toArray(String[]::new));

        assertThat(TestServer.field(answer, "content")).isEqualTo("Hello from " + name);
    }

    @Test
    void anUnknownBackendIsA400ThatListsTheKnownOnes() throws IOException {
        for (String path : List.of(COMPLETIONS, STREAM)) {
            RawClient.Answer answer = served.post(path, HELLO, "X-Provider-LLM: nope");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(TestServer.field(answer, "detail"))
                    .isEqualTo("Unknown llm provider 'nope'. Available: main, alt");
            assertThat(TestServer.json(answer).object("error").text("kind")).isEqualTo("invalid_request");
        }
        assertThat(served.get("/api/v1/llm/models", "X-Provider: nope").status())
                .isEqualTo(400);
        assertThat(served.post(COMPLETIONS, HELLO.replaceFirst("\\{", "{\"provider\":\"nope\","))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void providersAreListed() throws IOException {
        RawClient.Answer answer = served.get("/api/v1/providers");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"llm\":{\"default\":\"main\",\"available\":[\"main\",\"alt\"]}}");
    }

    @Test
    void theModelsOfTheBackendAreListed() throws IOException {
        alt.models = List.of(new ModelInfo("llama3", "alt", List.of("chat", "tool_use")));

        assertThat(TestServer.map(served.get("/api/v1/llm/models"))).isEqualTo(Map.of("models", List.of()));
        RawClient.Answer answer = served.get("/api/v1/llm/models", "X-Provider-LLM: alt");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(TestServer.json(answer).objects("models")).hasSize(1);
        assertThat(TestServer.json(answer).objects("models").get(0).text("name"))
                .isEqualTo("llama3");
    }

    @Test
    void requestIdsAreReturnedOrGenerated() throws IOException {
        RawClient.Answer given =
                served.post(COMPLETIONS, HELLO, "x-request-id: my-request-1", "X-Correlation-Id: my-job-1");
        assertThat(given.header("X-Request-Id")).isEqualTo("my-request-1");
        assertThat(given.header("X-Correlation-Id")).isEqualTo("my-job-1");

        assertThat(served.post(COMPLETIONS, HELLO, "X-Request-Id: r1").header("X-Correlation-Id"))
                .isEqualTo("r1");

        Set<String> made = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            RawClient.Answer answer = served.get("/healthz");
            assertThat(answer.header("X-Request-Id")).matches("[0-9a-f]{32}");
            assertThat(answer.header("X-Correlation-Id")).isEqualTo(answer.header("X-Request-Id"));
            made.add(answer.header("X-Request-Id"));
        }
        assertThat(made).hasSize(5);
    }

    @Test
    void failuresHaveRequestIds() throws IOException {
        assertThat(served.get("/nope", "X-Request-Id: r1").header("X-Request-Id"))
                .isEqualTo("r1");
        assertThat(served.post(COMPLETIONS, "{", "X-Request-Id: r2").header("X-Request-Id"))
                .isEqualTo("r2");
        main.answer = request -> CompletableFuture.failedFuture(new IllegalStateException("oops"));
        RawClient.Answer failed = served.post(COMPLETIONS, HELLO, "X-Request-Id: r3");
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.header("X-Request-Id")).isEqualTo("r3");
    }

    @Test
    void anInvalidRequestIdIsReplaced() throws IOException {
        for (String hostile : List.of("x".repeat(129), "a b", "ü")) {
            assertThat(served.get("/healthz", "X-Request-Id: " + hostile).header("X-Request-Id"))
                    .matches("[0-9a-f]{32}");
        }
        for (String hostile :
                List.of("a\u0001b", "a\u007Fb", "a\tb")) { // some JDKs refuse these before the server reads them
            RawClient.Answer answer = served.get("/healthz", "X-Request-Id: " + hostile);
            assertThat(answer.status()).isIn(200, 400);
            assertThat(answer.header("X-Request-Id")).matches("|[0-9a-f]{32}");
        }
    }

    @Test
    void aConnectionServesFurtherRequestsAfterFailures() throws IOException {
        try (RawClient client = served.client()) {
            assertThat(client.request("POST", COMPLETIONS, "{").answer().status())
                    .isEqualTo(422);
            assertThat(client.request("POST", COMPLETIONS, HELLO, "X-Provider: nope")
                            .answer()
                            .status())
                    .isEqualTo(400);
            assertThat(client.request("POST", "/nope", HELLO).answer().status()).isEqualTo(404);
            assertThat(client.request("DELETE", COMPLETIONS, "").answer().status())
                    .isEqualTo(405);
            assertThat(client.request("POST", COMPLETIONS, HELLO).answer().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aChunkedBodyIsRead() throws IOException {
        byte[] body = HELLO.getBytes(StandardCharsets.UTF_8);
        try (RawClient client = served.client()) {
            client.send("POST " + COMPLETIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n");
            for (byte one : body) {
                client.send("1\r\n").send(new byte[] {one}).send("\r\n");
            }
            assertThat(client.send("0\r\n\r\n").answer().status()).isEqualTo(200);
            assertThat(client.request("POST", COMPLETIONS, HELLO).answer().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void requestsAreAnsweredConcurrently() throws Exception {
        CyclicBarrier all = new CyclicBarrier(20);
        main.answer = request -> {
            try {
                all.await(30, TimeUnit.SECONDS); // no request is answered before all have arrived
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return CompletableFuture.completedFuture(FakeBackend.text("together"));
        };
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(served.client().request("POST", COMPLETIONS, HELLO));
        }
        for (RawClient client : clients) {
            assertThat(client.answer().status()).isEqualTo(200);
            client.close();
        }
    }
}
