package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.agent.AgentPrimitive;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.AgentsBuilder;
import dev.postern.agent.Tool;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.server.http.Limits;
import dev.postern.server.replay.ReplayLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streamed runs of agents over HTTP. */
class AgentStreamTest {
    private static final String HI = "{\"message\":\"hi\",\"session_id\":\"s1\"}";
    /** A run ends with its client; {@link RunStreamTest} is about the others. */
    private static final ReplayLimits NO_COMING_BACK =
            new ReplayLimits(Duration.ZERO, Duration.ofMinutes(5), 100, 10_000, 1 << 20);

    private static final Limits QUICK = Limits.defaults().withSilence(Duration.ofMillis(20), Duration.ofMillis(20));

    private final FakeBackend main = new FakeBackend("main");
    private final RuleBackend rules = new RuleBackend("rules");
    private final CompletableFuture<String> slow = new CompletableFuture<>();
    private final CompletableFuture<Boolean> called = new CompletableFuture<>();
    private final TestServer served = TestServer.withAgents(QUICK, NO_COMING_BACK, this::declare, main, rules);

    private void declare(AgentsBuilder agents) {
        agents.tool(Tool.of(ToolDefinition.of("long", "", Map.of("type", "object")), input -> "€".repeat(600)))
                .tool(Tool.async(ToolDefinition.of("slow", "", Map.of("type", "object")), input -> {
                    called.complete(true);
                    return slow;
                }))
                .spec(AgentSpec.builder("helper").build())
                .spec(AgentSpec.builder("worker")
                        .backend("rules")
                        .primitive(AgentSpec.TOOLS, AgentPrimitive.ON)
                        .maxTurns(2)
                        .build())
                .spec(AgentSpec.builder("boss")
                        .backend("rules")
                        .systemPrompt("You are boss")
                        .primitive(AgentSpec.AGENTS, AgentPrimitive.of("worker"))
                        .build());
    }

    @AfterEach
    void close() {
        served.close();
    }

    private RawClient ask(String agent, String body) throws IOException {
        return served.client().request("POST", "/api/v1/agents/" + agent + "/chat/stream", body);
    }

    private RawClient.Answer answer(String agent, String body) throws IOException {
        try (RawClient client = ask(agent, body)) {
            return client.answer();
        }
    }

    private static List<JsonObject> events(RawClient.Answer answer) {
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> Json.object(line.substring("data: ".length())))
                .toList();
    }

    private static List<String> types(RawClient.Answer answer) {
        return events(answer).stream().map(event -> event.text("type")).toList();
    }

    private RawClient.Answer send(String method, String path) throws IOException {
        try (RawClient client = served.client()) {
            return client.request(method, "/api/v1/agents" + path, "").answer();
        }
    }

    /** Reads the next event. The headers must have been read. */
    private static JsonObject next(RawClient client) throws IOException {
        for (; ; ) {
            String line = client.line();
            if (line.startsWith("data: ")) {
                return Json.object(line.substring("data: ".length()));
            }
        }
    }

    @Test
    void aTextAnswerHasStartTokenAndDoneEvents() throws IOException {
        try (RawClient client = ask("helper", HI)) {
            main.stream().emit("Hel").emit("lo").emit(FakeBackend.stop()).complete();
            RawClient.Answer answer = client.answer();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(answer.whole()).isTrue();
            assertThat(answer.body().replace(": keep-alive\n\n", ""))
                    .matches("data: \\{\"type\":\"stream_start\",\"session_id\":\"s1\"}\n\n"
                            + "data: \\{\"type\":\"token\",\"content\":\"Hel\"}\n\n"
                            + "data: \\{\"type\":\"token\",\"content\":\"lo\"}\n\n"
                            + "data: \\{\"type\":\"done\",\"response\":\"Hello\",\"session_id\":\"s1\","
                            + "\"agent_name\":\"helper\",\"turns_used\":1,\"tools_called\":\\[],\"artifacts\":\\[],"
                            + "\"metadata\":\\{\"trace_id\":\"[0-9a-f]{32}\",\"end\":\"answered\","
                            + "\"stop_reason\":\"end_turn\",\"backend\":\"main\",\"usage\":\\{}}}\n\n");
        }
        assertThat(send("GET", "/helper/sessions/s1").body()).contains("\"content\":\"Hello\"");
    }

    @Test
    void theStartAndEachTokenAreSentAtOnce() throws IOException {
        try (RawClient client = ask("helper", "{\"message\":\"hi\"}")) {
            client.headers();
            assertThat(next(client).text("session_id")).matches("[0-9a-f]{16}"); // sent before the call of the model
            FakeBackend.OpenStream stream = main.stream().emit("one");
            assertThat(next(client).text("content")).isEqualTo("one");
            stream.emit("two");
            assertThat(next(client).text("content")).isEqualTo("two");
        }
    }

    @Test
    void unicodeLineBreaksAreEscaped() throws IOException {
        try (RawClient client = ask("helper", HI)) {
            main.stream().emit("a\u0085b\u2028c").emit(FakeBackend.stop()).complete();
            RawClient.Answer answer = client.answer();

            assertThat(answer.body()).contains("a\\u0085b\\u2028c");
            assertThat(events(answer).get(1).text("content")).isEqualTo("a\u0085b\u2028c");
        }
    }

    @Test
    void toolCallsAndTheirResultsAreEvents() throws IOException {
        rules.calls(
                "done",
                RuleBackend.call("c1", "long", Map.of("code", "1 + 1", "language", "java")),
                RuleBackend.call("c2", "nonesuch", Map.of()));
        RawClient.Answer answer = answer("worker", HI);

        assertThat(types(answer))
                .containsExactly(
                        "stream_start",
                        "tool_call_start",
                        "tool_call_start",
                        "tool_call_result",
                        "tool_call_result",
                        "token",
                        "done");
        JsonObject start = events(answer).get(1);
        assertThat(start.names()).containsExactly("type", "name", "id");
        assertThat(start.text("name") + start.text("id")).isEqualTo("longc1");
        JsonObject result = events(answer).stream()
                .filter(event -> event.text("type").equals("tool_call_result")
                        && event.text("id").equals("c1"))
                .findFirst()
                .orElseThrow();
        assertThat(result.names()).containsExactly("type", "name", "id", "result", "structured");
        assertThat(result.text("result")).isEqualTo("€".repeat(500));
        JsonObject done = events(answer).get(6);
        assertThat(done.get("tools_called")).isEqualTo(List.of("long", "nonesuch"));
        assertThat(done.objects("artifacts").get(0).names())
                .containsExactly("tool_name", "tool_input", "code", "language", "output", "structured");
        assertThat(done.objects("artifacts").get(0).text("output")).hasSize(600);
        assertThat(done.objects("artifacts").get(0).text("code")).isEqualTo("1 + 1");
        assertThat(done.objects("artifacts").get(0).text("language")).isEqualTo("java");
        assertThat(done.objects("artifacts").get(1).text("code")).isEmpty();
        assertThat(done.objects("artifacts").get(1).text("language")).isEqualTo("python");
    }

    @Test
    void theLastEventReportsThatTheTurnsAreUsedUp() throws IOException {
        rules.rule = request -> RuleBackend.answer(
                "step", RuleBackend.call("c" + rules.requests.size(), "long", Map.of("n", rules.requests.size())));
        RawClient.Answer answer = answer("worker", HI);

        assertThat(events(answer).get(events(answer).size() - 1).text("response"))
                .isEqualTo("I've reached the maximum number of turns (2). Here's what I have so far: step");
        assertThat(rules.requests).hasSize(2);
    }

    @Test
    void outputOfASubAgentHasItsOwnEventTypes() throws IOException {
        rules.rule = request -> {
            boolean first = RuleBackend.results(request).isEmpty();
            if (request.system().equals("You are boss")) {
                return first
                        ? RuleBackend.answer("", RuleBackend.call("c1", "call_worker", Map.of("message", "go")))
                        : RuleBackend.text("All done");
            }
            return first
                    ? RuleBackend.answer("", RuleBackend.call("d1", "long", Map.of()))
                    : RuleBackend.text("Worked");
        };
        RawClient.Answer answer = answer("boss", HI);

        assertThat(types(answer))
                .containsExactly(
                        "stream_start",
                        "tool_call_start",
                        "sub_agent_tool",
                        "sub_agent_token",
                        "tool_call_result",
                        "token",
                        "done");
        assertThat(answer.body())
                .contains("{\"type\":\"sub_agent_tool\",\"agent\":\"worker\",\"name\":\"long\"}")
                .contains("{\"type\":\"sub_agent_token\",\"agent\":\"worker\",\"content\":\"Worked\"}");
        assertThat(events(answer).get(4).text("result")).isEqualTo("Worked");
    }

    @Test
    void aFailureIsTheLastEventAndTheStreamEndsNormally() throws IOException {
        try (RawClient client = ask("helper", HI)) {
            main.stream()
                    .emit("Hel")
                    .fail(LlmException.builder(Kind.SERVER, "http://10.0.0.1/v1 broke")
                            .backend("main")
                            .build());
            RawClient.Answer answer = client.answer();

            assertThat(types(answer)).containsExactly("stream_start", "token", "error");
            JsonObject error = events(answer).get(2);
            assertThat(error.text("detail")).contains("main").doesNotContain("10.0.0.1");
            assertThat(error.text("request_id")).isEqualTo(answer.header("X-Request-Id"));
            assertThat(answer.whole()).isTrue();
            assertThat(client.request("GET", "/healthz", "").answer().status()).isEqualTo(200);
        }
        assertThat(send("GET", "/helper/sessions/s1").body())
                .endsWith("\"messages\":[]}"); // an incomplete turn is not stored
    }

    @Test
    void anUnknownBackendIsRefusedBeforeTheStream() throws IOException {
        RawClient.Answer answer = served.post("/api/v1/agents/helper/chat/stream", HI, "X-Provider-LLM: nope");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(TestServer.field(answer, "detail")).isEqualTo("Unknown llm provider 'nope'. Available: main, rules");
    }

    @Test
    void aRunningToolCausesCommentsAndAStatusOfRunning() throws Exception {
        rules.calls("done", RuleBackend.call("c1", "slow", Map.of()));
        assertThat(send("GET", "/worker/sessions/s1/status").body()).isEqualTo("{\"status\":\"idle\"}");
        try (RawClient client = ask("worker", HI)) {
            client.headers();
            while (!client.line().equals(": keep-alive")) {
                // the events before it
            }
            assertThat(send("GET", "/worker/sessions/s1/status").body()).isEqualTo("{\"status\":\"running\"}");
            assertThat(send("GET", "/worker/sessions/other/status").body()).isEqualTo("{\"status\":\"idle\"}");
            slow.complete("fine");
            JsonObject last;
            do {
                last = next(client);
            } while (!last.text("type").equals("done"));
            assertThat(last.text("response")).isEqualTo("done");
        }
        await(() -> send("GET", "/worker/sessions/s1/status").body().contains("idle"));
    }

    @Test
    void anotherRequestCancelsAStreamedRun() throws Exception {
        rules.calls("done", RuleBackend.call("c1", "slow", Map.of()));
        try (RawClient client = ask("worker", HI)) {
            client.headers();
            assertThat(next(client).text("type")).isEqualTo("stream_start");
            assertThat(next(client).text("type")).isEqualTo("tool_call_start");

            called.get(30, TimeUnit.SECONDS); // the event is sent before the tool runs
            assertThat(send("DELETE", "/worker/sessions/s1/run").body()).isEqualTo("{\"status\":\"cancelled\"}");

            assertThat(next(client).names()).containsExactly("type");
        }
        await(slow::isCancelled);
        await(() -> send("DELETE", "/worker/sessions/s1/run").status() == 404);
        assertThat(send("GET", "/worker/sessions/s1").body()).endsWith("\"messages\":[]}");
    }

    @Test
    void anotherRequestCancelsAChat() throws Exception {
        rules.calls("done", RuleBackend.call("c1", "slow", Map.of()));
        try (RawClient client = served.client().request("POST", "/api/v1/agents/worker/chat", HI)) {
            await(() -> send("DELETE", "/worker/sessions/s1/run").status() == 200);

            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(409);
            assertThat(TestServer.field(answer, "detail")).isEqualTo("The run was cancelled.");
        }
    }

    @Test
    void aDisconnectedClientCancelsTheModelCall() throws Exception {
        RawClient client = ask("helper", HI);
        FakeBackend.OpenStream stream = main.stream();
        client.close();

        stream.cancelled.get(30, TimeUnit.SECONDS);
        await(() -> send("GET", "/helper/sessions/s1/status").body().contains("idle"));
        assertThat(send("GET", "/helper/sessions/s1").body()).endsWith("\"messages\":[]}");
    }

    @Test
    void aDisconnectedClientCancelsTheRunningTool() throws Exception {
        rules.calls("done", RuleBackend.call("c1", "slow", Map.of()));
        try (RawClient client = ask("worker", HI)) {
            client.headers();
            assertThat(next(client).text("type")).isEqualTo("stream_start");
            assertThat(next(client).text("type")).isEqualTo("tool_call_start");
            called.get(30, TimeUnit.SECONDS); // after a cancel, a tool that has not started never runs
        }

        await(slow::isCancelled);
    }

    @Test
    void reasoningIsNotSent() throws IOException {
        try (RawClient client = ask("helper", HI)) {
            main.stream()
                    .emit(StreamEvent.ReasoningDelta.of("hm"))
                    .emit("Hi")
                    .emit(FakeBackend.stop())
                    .complete();

            assertThat(types(client.answer())).containsExactly("stream_start", "token", "done");
        }
    }

    @Test
    void aToolCallRunsEvenIfTheStopReasonIsEndTurn() throws IOException {
        try (RawClient client = ask("helper", HI)) {
            ToolCall call = ToolCall.of("c1", "nonesuch", Map.of());
            main.stream()
                    .emit(new StreamEvent.ToolCallStart("c1", "nonesuch"))
                    .emit(new StreamEvent.ToolCallComplete(call))
                    .emit(FakeBackend.stop()) // its stop reason is end_turn
                    .complete();
            main.stream().emit("sorry").emit(FakeBackend.stop()).complete();

            assertThat(types(client.answer()))
                    .containsExactly("stream_start", "tool_call_start", "tool_call_result", "token", "done");
        }
    }

    private interface Check {
        boolean holds() throws Exception;
    }

    private static void await(Check check) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!check.holds()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
