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
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
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

/** OpenAI's API over HTTP. */
class OpenAiDoorTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HEAD =
            "\\{\"id\":\"chatcmpl-[0-9a-f]{32}\",\"object\":\"chat.completion\",\"created\":[0-9]{10},";

    private final FakeBackend main = new FakeBackend("main");
    private final FakeBackend other = new FakeBackend("other");
    private final TestServer served = TestServer.of(main, other);

    @AfterEach
    void close() {
        served.close();
    }

    private static String ask(String fields) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]," + fields + "}";
    }

    private RawClient.Answer post(String body) throws IOException {
        return served.post(CHAT, body, "Authorization: Bearer any");
    }

    private CompletionRequest asked(FakeBackend backend) {
        CompletionRequest request = backend.requests.poll();
        assertThat(request).isNotNull();
        return request;
    }

    private void answers(StopReason reason, Map<String, Object> info, Content... parts) {
        main.answer = request -> CompletableFuture.completedFuture(CompletionResponse.builder()
                .model("m-1")
                .content(List.of(parts))
                .stopReason(reason)
                .serverInfo(info)
                .usage(new Usage(100, 7, OptionalLong.of(60), OptionalLong.empty(), OptionalLong.of(5))
                        .counted(true, true))
                .build());
    }

    @Test
    void anAnswerIsAChatCompletion() throws IOException {
        answers(StopReason.END_TURN, Map.of(), Content.Reasoning.of("Hm."), Content.text("Hi"));

        RawClient.Answer answer = post(ask("\"model\":\"m\",\"max_tokens\":9"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .matches(HEAD + "\"model\":\"m-1\",\"choices\":\\[\\{\"index\":0,\"message\":\\{\"role\":\"assistant\","
                        + "\"content\":\"Hi\",\"refusal\":null,\"reasoning_content\":\"Hm.\"},\"logprobs\":null,"
                        + "\"finish_reason\":\"stop\"}],\"usage\":\\{\"prompt_tokens\":100,\"completion_tokens\":7,"
                        + "\"total_tokens\":107,\"prompt_tokens_details\":\\{\"cached_tokens\":60},"
                        + "\"completion_tokens_details\":\\{\"reasoning_tokens\":5}}}");
        assertThat(asked(main).maxTokens()).hasValue(9);
    }

    @Test
    void callsAndACallThatWasCutOff() throws IOException {
        answers(
                StopReason.TOOL_USE,
                Map.of("finish_reason", "length"),
                ToolCall.of("c1", "time", Map.of("zone", "CET")),
                ToolCall.malformed("c2", "time", "{\"zo"));

        assertThat(post(ask("\"model\":\"m\"")).body())
                .contains(
                        "\"content\":null,\"refusal\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":"
                                + "{\"name\":\"time\",\"arguments\":\"{\\\"zone\\\":\\\"CET\\\"}\"}},{\"id\":\"c2\",\"type\":"
                                + "\"function\",\"function\":{\"name\":\"time\",\"arguments\":\"{\\\"zo\"}}]")
                .contains("\"finish_reason\":\"length\"");
    }

    @Test
    void legacyFunctionsGetALegacyCall() throws IOException {
        answers(StopReason.TOOL_USE, Map.of(), ToolCall.of("c1", "time", Map.of()));

        assertThat(post(ask("\"model\":\"m\",\"functions\":[{\"name\":\"time\"}]"))
                        .body())
                .contains("\"function_call\":{\"name\":\"time\",\"arguments\":\"{}\"}")
                .contains("\"finish_reason\":\"function_call\"")
                .doesNotContain("tool_calls");
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o, main, gpt-4o", "other/gpt-4o, other, gpt-4o", "meta/llama, main, meta/llama"})
    void theModelNamesTheBackend(String model, String backend, String asked) throws IOException {
        assertThat(post(ask("\"model\":\"" + model + "\"")).header("X-Backend")).isEqualTo(backend);
        assertThat(asked(backend.equals("main") ? main : other).model()).isEqualTo(asked);
    }

    private String stream(String fields, StreamEvent... events) throws IOException {
        try (RawClient client =
                served.client().request("POST", CHAT, ask("\"model\":\"m\",\"stream\":true" + fields))) {
            FakeBackend.OpenStream stream = main.stream();
            for (StreamEvent event : events) {
                stream.emit(event);
            }
            stream.complete();
            RawClient.Answer answer = client.answer();
            assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(answer.whole()).isTrue();
            return answer.body()
                    .replaceAll(
                            "\"id\":\"chatcmpl-[0-9a-f]+\",\"object\":\"chat.completion.chunk\",\"created\":[0-9]+,",
                            "")
                    .replace("\"logprobs\":null,", "")
                    .replace("data: {\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":", "+ ")
                    .replace(",\"finish_reason\":null}]}", "");
        }
    }

    @Test
    void aStreamHasChunks() throws IOException {
        assertThat(stream(
                        ",\"stream_options\":{\"include_usage\":true}",
                        StreamEvent.ReasoningDelta.of("Hm."),
                        new StreamEvent.ContentDelta("Hel"),
                        new StreamEvent.ContentDelta("lo"),
                        new StreamEvent.ToolCallStart("t1", "time"),
                        new StreamEvent.ToolCallDelta("t1", "{\"zone\":"),
                        new StreamEvent.ToolCallStart("t2", "date"),
                        new StreamEvent.ToolCallDelta("t1", "\"CET\"}"),
                        new StreamEvent.ToolCallComplete(ToolCall.of("t1", "time", Map.of("zone", "CET"))),
                        new StreamEvent.ToolCallComplete(ToolCall.of("t2", "date", Map.of())),
                        new StreamEvent.MessageStop(StopReason.TOOL_USE, "m-1", Map.of()),
                        new StreamEvent.UsageReported(Usage.of(3, 2))))
                .isEqualTo("""
                        + {"role":"assistant","content":""}

                        + {"reasoning_content":"Hm."}

                        + {"content":"Hel"}

                        + {"content":"lo"}

                        + {"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"time","arguments":""}}]}

                        + {"tool_calls":[{"index":0,"function":{"arguments":"{\\"zone\\":"}}]}

                        + {"tool_calls":[{"index":1,"id":"t2","type":"function","function":{"name":"date","arguments":""}}]}

                        + {"tool_calls":[{"index":0,"function":{"arguments":"\\"CET\\"}"}}]}

                        + {"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}

                        data: {"model":"m-1","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

                        data: {"model":"m-1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}

                        data: [DONE]

                        """);
    }

    @Test
    void aCallThatWasCutOffKeepsItsTextAndUsageIsNotSentUnasked() throws IOException {
        assertThat(stream(
                        "",
                        new StreamEvent.ToolCallStart("t1", "time"),
                        new StreamEvent.ToolCallDelta("t1", "{\"zo"),
                        new StreamEvent.ToolCallComplete(ToolCall.malformed("t1", "time", "{\"zo")),
                        new StreamEvent.MessageStop(StopReason.TOOL_USE, "m-1", Map.of("finish_reason", "length")),
                        new StreamEvent.UsageReported(Usage.of(3, 2))))
                .contains("{\"arguments\":\"{\\\"zo\"}")
                .contains("\"finish_reason\":\"length\"")
                .doesNotContain("raw")
                .doesNotContain("usage")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void aFailureInAStreamIsAnErrorAndNoEnd() throws IOException {
        try (RawClient client = served.client().request("POST", CHAT, ask("\"model\":\"m\",\"stream\":true"))) {
            main.stream().emit("Hel").fail(new LlmException(Kind.INCOMPLETE_STREAM, "cut"));
            RawClient.Answer answer = client.answer();

            assertThat(answer.whole()).isFalse();
            assertThat(answer.body())
                    .containsPattern(
                            "data: \\{\"error\":\\{\"message\":\"[^\"]+\",\"type\":\"server_error\",\"param\":null,"
                                    + "\"code\":null}}\n\n$")
                    .doesNotContain("[DONE]");
        }
    }

    @Test
    void aClientThatHangsUpCancelsTheBackend() throws Exception {
        FakeBackend.OpenStream stream;
        try (RawClient client = served.client().request("POST", CHAT, ask("\"model\":\"m\",\"stream\":true"))) {
            stream = main.stream().emit("Hel");
            client.headers();
        }
        stream.cancelled.get(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST,  0, 400, invalid_request_error, '', false",
        "INVALID_REQUEST, 409, 409, invalid_request_error, '', false",
        "AUTHENTICATION, 401, 401, invalid_request_error, invalid_api_key, false",
        "QUOTA,           0, 429, insufficient_quota, insufficient_quota, false",
        "PERMISSION,    403, 403, invalid_request_error, permission_denied, false",
        "NOT_FOUND,     404, 404, invalid_request_error, model_not_found, false",
        "CONTEXT_LENGTH, 400, 400, invalid_request_error, context_length_exceeded, false",
        "RATE_LIMITED,  429, 429, rate_limit_error, rate_limit_exceeded, ''",
        "OVERLOADED,    503, 503, server_error, '', ''",
        "SERVER,        500, 500, server_error, '', false",
        "TIMEOUT,         0, 500, server_error, '', false",
    })
    void errorsHaveOpenAisForm(Kind kind, int status, int expected, String type, String code, String retry)
            throws IOException {
        main.answer = request -> CompletableFuture.failedFuture(LlmException.builder(kind, "It failed.")
                .backend("main")
                .status(status)
                .retryAfter(Duration.ofSeconds(7))
                .build());

        RawClient.Answer answer = post(ask("\"model\":\"m\""));

        assertThat(answer.status()).isEqualTo(expected);
        JsonObject error = TestServer.json(answer).object("error");
        assertThat(error.text("type")).isEqualTo(type);
        assertThat(error.text("message")).isNotEmpty();
        assertThat(error.text("code")).isEqualTo(code);
        assertThat(answer.header("x-should-retry")).isEqualTo(retry);
        assertThat(answer.header("Retry-After")).isEqualTo("7");
    }

    @Test
    void refusalsBeforeTheHandlerHaveTheForm() throws IOException {
        RawClient.Answer page = served.post(CHAT, ask("\"model\":\"m\""), "Sec-Fetch-Site: cross-site");
        assertThat(page.status()).isEqualTo(403);
        assertThat(TestServer.json(page).object("error").text("type")).isEqualTo("invalid_request_error");

        RawClient.Answer wrong = post(ask("\"model\":\"m\",\"n\":2"));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(TestServer.json(wrong).object("error").text("param")).isEqualTo("n");
    }

    @Test
    void whatABackendWantsBackSurvivesClientsThatKeepUnknownFields() throws IOException {
        ProviderData data = new ProviderData("gemini", Map.of("thought_signature", "s"));
        Content.Reasoning thought = new Content.Reasoning("Hm.", "sig", "", ProviderData.NONE);
        ToolCall call = ToolCall.of("c1", "time", Map.of()).with(data);
        answers(StopReason.TOOL_USE, Map.of(), thought, call);
        String message = Json.text(TestServer.json(post(ask("\"model\":\"m\"")))
                .objects("choices")
                .get(0)
                .get("message"));
        String back = ask("\"model\":\"m\"").replace("[{", "[" + message + ",{");
        main.requests.clear();

        post(back);
        assertThat(asked(main).messages().get(0).parts()).containsExactly(thought, call);
        post(back.replace("\"model\":\"m\"", "\"model\":\"other/m\""));
        assertThat(asked(other).messages().get(0).parts())
                .containsExactly(Content.Reasoning.of("Hm."), ToolCall.of("c1", "time", Map.of()));
    }

    @Test
    void modelsAreAList() throws IOException {
        main.models = List.of(new ModelInfo("a", "main", List.of()));
        assertThat(served.get("/v1/models").body())
                .isEqualTo("{\"object\":\"list\",\"data\":[{\"id\":\"a\",\"object\":\"model\",\"created\":0,"
                        + "\"owned_by\":\"main\"}]}");
    }
}
