package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ModelInfo;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.gateway.BackendPolicy;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.server.http.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Anthropic's API over HTTP. */
class AnthropicDoorTest {
    private static final String MESSAGES = "/v1/messages";
    private final FakeBackend main = new FakeBackend("main");
    private final FakeBackend other = new FakeBackend("other");
    private TestServer served = TestServer.of(main, other);

    @AfterEach
    void close() {
        served.close();
    }

    private static String ask(String fields) {
        return "{\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]," + fields + "}";
    }

    private RawClient.Answer post(String body) throws IOException {
        return served.post(MESSAGES, body, "anthropic-version: 2023-06-01", "x-api-key: any");
    }

    private CompletionRequest asked(FakeBackend backend) {
        CompletionRequest request = backend.requests.poll();
        assertThat(request).isNotNull();
        return request;
    }

    @Test
    void anAnswerIsAMessage() throws IOException {
        main.answer = request -> CompletableFuture.completedFuture(CompletionResponse.builder()
                .model("m-1")
                .content("Hi")
                .stopReason(StopReason.END_TURN)
                .usage(new Usage(100, 7, OptionalLong.of(60), OptionalLong.of(30), OptionalLong.empty())
                        .counted(true, true))
                .build());

        RawClient.Answer answer = post(ask("\"model\":\"m\""));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .matches("\\{\"id\":\"msg_[0-9a-f]{32}\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m-1\","
                        + "\"content\":\\[\\{\"type\":\"text\",\"text\":\"Hi\"}],\"stop_reason\":\"end_turn\","
                        + "\"stop_sequence\":null,\"usage\":\\{\"input_tokens\":10,\"cache_creation_input_tokens\":30,"
                        + "\"cache_read_input_tokens\":60,\"output_tokens\":7}}");
        assertThat(asked(main).maxTokens()).hasValue(9);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o, main, gpt-4o",
        "other/gpt-4o, other, gpt-4o",
        "other/meta/llama, other, meta/llama",
        "other, other, ''",
        "meta/llama, main, meta/llama",
        "fast, third, small",
    })
    void theModelNamesTheBackend(String model, String backend, String asked) throws IOException {
        FakeBackend third = new FakeBackend("third");
        served.close();
        served = TestServer.of(
                Limits.defaults(),
                builder -> builder.backend(
                        "third",
                        third,
                        BackendPolicy.builder()
                                .modelAliases(Map.of("fast", "small"))
                                .build()),
                main,
                other);

        assertThat(post(ask("\"model\":\"" + model + "\"")).header("X-Backend")).isEqualTo(backend);
        FakeBackend expected = backend.equals("main") ? main : backend.equals("other") ? other : third;
        assertThat(asked(expected).model()).isEqualTo(asked);
    }

    @Test
    void aHeaderNamesTheBackendToo() throws IOException {
        served.post(MESSAGES, ask("\"model\":\"main/x\""), "X-Provider-LLM: other");
        assertThat(asked(other).model()).isEqualTo("main/x");
    }

    @Test
    void aStreamHasAnthropicsEvents() throws IOException {
        try (RawClient client = served.client().request("POST", MESSAGES, ask("\"model\":\"m\",\"stream\":true"))) {
            main.stream()
                    .emit("Hel")
                    .emit("lo")
                    .emit(new StreamEvent.ToolCallStart("t1", "time"))
                    .emit(new StreamEvent.ToolCallDelta("t1", "{\"zone\":"))
                    .emit(new StreamEvent.ToolCallDelta("t1", "\"CET\"}"))
                    .emit(new StreamEvent.ToolCallComplete(ToolCall.of("t1", "time", Map.of("zone", "CET"))))
                    .emit(new StreamEvent.MessageStop(StopReason.TOOL_USE, "m-1", Map.of()))
                    .emit(new StreamEvent.UsageReported(Usage.of(3, 2)))
                    .complete();
            RawClient.Answer answer = client.answer();

            assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(answer.whole()).isTrue();
            assertThat(answer.body().replaceAll("msg_[0-9a-f]+", "msg_1")).isEqualTo("""
                    event: message_start
                    data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m",\
                    "content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,\
                    "cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

                    event: content_block_start
                    data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                    event: content_block_delta
                    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}

                    event: content_block_delta
                    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}}

                    event: content_block_stop
                    data: {"type":"content_block_stop","index":0}

                    event: content_block_start
                    data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1",\
                    "name":"time","input":{}}}

                    event: content_block_delta
                    data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta",\
                    "partial_json":"{\\"zone\\":"}}

                    event: content_block_delta
                    data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta",\
                    "partial_json":"\\"CET\\"}"}}

                    event: content_block_stop
                    data: {"type":"content_block_stop","index":1}

                    event: message_delta
                    data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},\
                    "usage":{"input_tokens":3,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,\
                    "output_tokens":2}}

                    event: message_stop
                    data: {"type":"message_stop"}

                    """);
        }
    }

    @Test
    void aPingKeepsASilentStreamAlive() throws IOException {
        served.close();
        served = TestServer.of(Limits.defaults().withSilence(Duration.ofMillis(1), Duration.ofMillis(20)), main);
        try (RawClient client = served.client().request("POST", MESSAGES, ask("\"model\":\"m\",\"stream\":true"))) {
            FakeBackend.OpenStream stream = main.stream();
            client.headers();
            assertThat(client.chunk()).isEqualTo("event: ping\ndata: {\"type\":\"ping\"}\n\n");
            stream.emit(FakeBackend.stop()).complete();
            assertThat(client.chunks()).endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        }
    }

    @Test
    void aFailureInAStreamIsAnErrorEvent() throws IOException {
        try (RawClient client = served.client().request("POST", MESSAGES, ask("\"model\":\"m\",\"stream\":true"))) {
            FakeBackend.OpenStream stream = main.stream().emit("Hel");
            stream.fail(new LlmException(Kind.INCOMPLETE_STREAM, "cut"));
            RawClient.Answer answer = client.answer();

            assertThat(answer.whole()).isFalse();
            assertThat(answer.body())
                    .containsPattern("event: error\ndata: \\{\"type\":\"error\",\"error\":\\{\"type\":"
                            + "\"api_error\",\"message\":\"[^\"]+\"},\"request_id\":\"[0-9a-f]{32}\"}\n\n$");
            assertThat(answer.body()).doesNotContain("message_stop");
        }
    }

    @Test
    void aClientThatHangsUpCancelsTheBackend() throws Exception {
        FakeBackend.OpenStream stream;
        try (RawClient client = served.client().request("POST", MESSAGES, ask("\"model\":\"m\",\"stream\":true"))) {
            stream = main.stream().emit("Hel");
            client.headers();
        }
        stream.cancelled.get(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST,  0, 400, invalid_request_error, false",
        "INVALID_REQUEST, 400, 400, invalid_request_error, false",
        "INVALID_REQUEST, 409, 409, invalid_request_error, false",
        "AUTHENTICATION, 401, 401, authentication_error, false",
        "QUOTA,           0, 402, billing_error, false",
        "PERMISSION,    403, 403, permission_error, false",
        "NOT_FOUND,     404, 404, not_found_error, false",
        "RATE_LIMITED,  429, 429, rate_limit_error, ''",
        "OVERLOADED,    503, 529, overloaded_error, ''",
        "OVERLOADED,    529, 529, overloaded_error, ''",
        "SERVER,        500, 500, api_error, false",
        "TIMEOUT,         0, 500, api_error, false",
    })
    void errorsHaveAnthropicsForm(Kind kind, int status, int expected, String type, String retry) throws IOException {
        main.answer = request -> CompletableFuture.failedFuture(LlmException.builder(kind, "It failed.")
                .backend("main")
                .status(status)
                .retryAfter(Duration.ofSeconds(7))
                .build());

        RawClient.Answer answer = post(ask("\"model\":\"m\""));

        assertThat(answer.status()).isEqualTo(expected);
        JsonObject json = TestServer.json(answer);
        assertThat(json.text("type")).isEqualTo("error");
        assertThat(json.object("error").text("type")).isEqualTo(type);
        assertThat(json.object("error").text("message")).isNotEmpty();
        assertThat(json.text("request_id")).isEqualTo(answer.header("X-Request-Id"));
        assertThat(answer.header("request-id")).isEqualTo(answer.header("X-Request-Id"));
        assertThat(answer.header("x-should-retry")).isEqualTo(retry);
        assertThat(answer.header("Retry-After")).isEqualTo("7");
    }

    @Test
    void aPromptThatIsTooLongIsNamedAsAnthropicDoes() throws IOException {
        main.answer =
                request -> CompletableFuture.failedFuture(LlmException.builder(Kind.CONTEXT_LENGTH, "Too many tokens.")
                        .status(400)
                        .build());
        JsonObject json = TestServer.json(post(ask("\"model\":\"m\"")));
        assertThat(json.object("error").text("message")).startsWith("prompt is too long: ");
    }

    @Test
    void refusalsBeforeTheHandlerHaveTheForm() throws IOException {
        RawClient.Answer page = served.post(MESSAGES, ask("\"model\":\"m\""), "Sec-Fetch-Site: cross-site");
        assertThat(page.status()).isEqualTo(403);
        assertThat(TestServer.json(page).object("error").text("type")).isEqualTo("permission_error");

        RawClient.Answer unknown = served.get("/v1/nothing", "anthropic-version: 2023-06-01");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(TestServer.json(unknown).object("error").text("type")).isEqualTo("not_found_error");

        RawClient.Answer broken = post("{");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(TestServer.json(broken).object("error").text("type")).isEqualTo("invalid_request_error");
    }

    @Test
    void otherPathsKeepTheirForm() throws IOException {
        assertThat(TestServer.json(served.get("/api/v1/nothing")).has("detail")).isTrue();
    }

    @Test
    void thinkingIsSentToClientsThatAskForIt() throws IOException {
        main.answer = request -> CompletableFuture.completedFuture(CompletionResponse.builder()
                .model("m")
                .content(List.of(
                        new Content.Reasoning("Hm.", "sig", "", ProviderData.NONE),
                        new Content.Reasoning("", "", "b3BhcXVl", ProviderData.NONE),
                        Content.text("Hi")))
                .stopReason(StopReason.END_TURN)
                .build());
        String wanted = "\"model\":\"m\",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000}";

        List<JsonObject> content = TestServer.json(post(ask(wanted))).objects("content");
        assertThat(content.stream().map(block -> block.text("type")))
                .containsExactly("thinking", "redacted_thinking", "text");
        assertThat(TestServer.json(post(ask("\"model\":\"m\""))).objects("content"))
                .hasSize(1);

        String back = ask(wanted)
                .replace(
                        "[{",
                        "[{\"role\":\"assistant\",\"content\":"
                                + Json.text(TestServer.json(post(ask(wanted))).get("content"))
                                + "},{");
        main.requests.clear();
        post(back);
        assertThat(asked(main).messages().get(0).parts())
                .containsExactly(
                        new Content.Reasoning("Hm.", "sig", "", ProviderData.NONE),
                        new Content.Reasoning("", "", "b3BhcXVl", ProviderData.NONE),
                        Content.text("Hi"));
        post(back.replace("\"model\":\"m\"", "\"model\":\"other/m\""));
        assertThat(asked(other).messages().get(0).parts())
                .containsExactly(Content.Reasoning.of("Hm."), Content.text("Hi"));
    }

    @Test
    void countsAreEstimates() throws IOException {
        RawClient.Answer answer = served.post(MESSAGES + "/count_tokens", ask("\"model\":\"m\""));
        assertThat(answer.body()).isEqualTo("{\"input_tokens\":6}");
        assertThat(answer.header("X-Token-Count")).isEqualTo("estimate");
        assertThat(main.requests).isEmpty();
    }

    @Test
    void modelsAreAPage() throws IOException {
        main.models = List.of(new ModelInfo("a", "main", List.of()), new ModelInfo("b", "main", List.of()));
        assertThat(served.get("/v1/models", "anthropic-version: 2023-06-01").body())
                .isEqualTo(
                        "{\"data\":[{\"type\":\"model\",\"id\":\"a\",\"display_name\":\"a\","
                                + "\"created_at\":\"1970-01-01T00:00:00Z\"},{\"type\":\"model\",\"id\":\"b\",\"display_name\":\"b\","
                                + "\"created_at\":\"1970-01-01T00:00:00Z\"}],\"has_more\":false,\"first_id\":\"a\",\"last_id\":\"b\"}");
    }
}
