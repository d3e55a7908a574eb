package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.ToolCall;
import dev.postern.json.JsonObject;
import dev.postern.server.DoorClient.Ask;
import dev.postern.server.DoorClient.Reply;
import dev.postern.server.DoorClient.Result;
import dev.postern.testkit.WireExchange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client of a vendor's API, unchanged and with its default retries, must get from the gateway. */
@Tag("full")
@Timeout(120)
abstract class DoorClientContract {
    static final String OPENAI = "openai/gpt-4o";

    final ServedGateway gateway = new ServedGateway();

    abstract DoorClient open(String url, String key) throws Exception;

    /** Whether the client shows the text of thinking, and does not only send it back. */
    boolean showsThinking(boolean stream) {
        return true;
    }

    /** The count of input tokens that the client shows. */
    long inputTokens(boolean stream) {
        return 10;
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    DoorClient client() throws Exception {
        return open(gateway.url(), ServedGateway.KEY);
    }

    static Ask ask(String model, boolean stream, Object... turns) {
        return new Ask(model, stream, false, List.of(turns));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void text(boolean stream) throws Exception {
        gateway.openai.answer("Hel", "lo");
        try (DoorClient client = client()) {
            Reply reply = client.ask(ask(OPENAI, stream, "Hi"));
            assertThat(reply.text()).isEqualTo("Hello");
            assertThat(reply.calls()).isEmpty();
            assertThat(reply.stopReason()).isEqualTo("end_turn");
            assertThat(reply.inputTokens()).isEqualTo(inputTokens(stream));
            assertThat(reply.outputTokens()).isEqualTo(5);
        }
        JsonObject sent = gateway.openai.request(0).json();
        assertThat(sent.text("model")).isEqualTo("gpt-4o");
        assertThat(sent.objects("tools").get(0).object("function").text("name")).isEqualTo(DoorClient.TOOL);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theToolLoop(boolean stream) throws Exception {
        gateway.openai.toolCall(DoorClient.TOOL, Map.of("city", "Paris")).answer("It is warm.");
        try (DoorClient client = client()) {
            Reply call = client.ask(ask(OPENAI, stream, "Weather?"));
            assertThat(call.stopReason()).isEqualTo("tool_use");
            assertThat(call.calls()).hasSize(1);
            assertThat(call.calls().get(0).name()).isEqualTo(DoorClient.TOOL);
            assertThat(call.calls().get(0).arguments()).contains("city").contains("Paris");

            Result result = new Result(call.calls().get(0), "18 C");
            assertThat(client.ask(ask(OPENAI, stream, "Weather?", call, List.of(result)))
                            .text())
                    .isEqualTo("It is warm.");
        }
        List<JsonObject> sent = gateway.openai.request(1).json().objects("messages");
        assertThat(sent.get(1).objects("tool_calls").get(0).object("function").text("arguments"))
                .isEqualTo("{\"city\":\"Paris\"}");
        assertThat(sent.get(2).text("tool_call_id")).isEqualTo("call_1");
        assertThat(sent.get(2).text("content")).contains("18 C");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoCallsInOneTurn(boolean stream) throws Exception {
        gateway.openai
                .toolCalls(
                        ToolCall.of("a", DoorClient.TOOL, Map.of("city", "Paris")),
                        ToolCall.of("b", DoorClient.TOOL, Map.of()))
                .answer("Both are warm.");
        try (DoorClient client = client()) {
            Reply calls = client.ask(ask(OPENAI, stream, "Weather?"));
            assertThat(calls.calls().stream().map(DoorClient.Call::id)).containsExactly("a", "b");
            assertThat(calls.calls().get(1).arguments().replace(" ", "")).isEqualTo("{}");
            List<Result> results = List.of(
                    new Result(calls.calls().get(0), "18 C"),
                    new Result(calls.calls().get(1), "20 C"));
            client.ask(ask(OPENAI, stream, "Weather?", calls, results));
        }
        List<JsonObject> sent = gateway.openai.request(1).json().objects("messages");
        assertThat(sent.get(1).objects("tool_calls")).hasSize(2);
        assertThat(sent.stream().map(message -> message.text("tool_call_id"))).containsSubsequence("a", "b");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallThatWasCutOffSaysSo(boolean stream) throws Exception {
        gateway.openai.script(stream ? DoorClientContract::cutStream : DoorClientContract::cutAnswer);
        try (DoorClient client = client()) {
            cutOff(client, ask(OPENAI, stream, "Weather?"));
        }
        assertThat(gateway.openai.requests()).hasSize(1);
    }

    /** A client may refuse arguments that are not JSON, as it does with those of Anthropic itself. */
    void cutOff(DoorClient client, Ask ask) throws Exception {
        assertThat(client.ask(ask).stopReason()).isEqualTo("max_tokens");
    }

    private static void cutAnswer(WireExchange exchange) throws Exception {
        exchange.answer(
                200,
                "application/json",
                "{\"model\":\"m\",\"choices\":[{\"message\":{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\","
                        + "\"function\":{\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\":\\\"Pa\"}}]},"
                        + "\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}");
    }

    private static void cutStream(WireExchange exchange) throws Exception {
        exchange.beginChunked(200, "text/event-stream");
        exchange.chunk("data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\","
                + "\"function\":{\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\":\"}}]}}]}\n\n");
        exchange.chunk("data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,"
                + "\"function\":{\"arguments\":\"\\\"Pa\"}}]},\"finish_reason\":\"length\"}]}\n\n");
        exchange.chunk("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}\n\n"
                + "data: [DONE]\n\n");
        exchange.lastChunk();
    }

    @Test
    void aFailureInTheMiddleOfAStreamIsNotSentAgain() throws Exception {
        gateway.openai.answer("Hel", "lo").cutAfter(1);
        try (DoorClient client = client()) {
            assertThatThrownBy(() -> client.ask(ask(OPENAI, true, "Hi"))).isInstanceOf(Exception.class);
        }
        assertThat(gateway.openai.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRequestThatMayHaveRunIsNotSentAgain(boolean stream) throws Exception {
        gateway.openai.error(500, "It broke.").answer("again");
        try (DoorClient client = client()) {
            mayHaveRun(client, ask(OPENAI, stream, "Hi"));
        }
    }

    /** A client may not know the header by which the gateway says so. */
    void mayHaveRun(DoorClient client, Ask ask) throws Exception {
        assertThatThrownBy(() -> client.ask(ask)).isInstanceOf(Exception.class);
        assertThat(gateway.openai.requests()).hasSize(1);
    }

    @Test
    void aRefusedRequestIsNotSentAgain() throws Exception {
        gateway.openai.error(400, "No such field.");
        try (DoorClient client = client()) {
            assertThatThrownBy(() -> client.ask(ask(OPENAI, false, "Hi"))).hasStackTraceContaining("No such field.");
        }
        assertThat(gateway.openai.requests()).hasSize(1);
    }

    @Test
    void anOverloadedBackendIsAskedAgain() throws Exception {
        gateway.openai.error(503, "Busy.").answer("Hello");
        try (DoorClient client = client()) {
            overloaded(client, ask(OPENAI, false, "Hi"));
        }
    }

    /** A client may have no retries. */
    void overloaded(DoorClient client, Ask ask) throws Exception {
        assertThat(client.ask(ask).text()).isEqualTo("Hello");
        assertThat(gateway.openai.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWrongKeyIsRefused(boolean stream) throws Exception {
        String key = ServedGateway.KEY.replace('a', 'b');
        try (DoorClient client = open(gateway.url(), key)) {
            assertThatThrownBy(() -> client.ask(ask(OPENAI, stream, "Hi"))).hasStackTraceContaining("is not valid");
        }
        assertThat(gateway.openai.requests()).isEmpty();
    }

    @Test
    void aClientThatGivesUpClosesTheBackend() throws Exception {
        gateway.openai.answer("Hel", "lo").hangAfter(1);
        try (DoorClient client = client()) {
            client.abort(ask(OPENAI, true, "Hi"));
            gateway.openai.awaitClosed(0);
        }
    }
}
