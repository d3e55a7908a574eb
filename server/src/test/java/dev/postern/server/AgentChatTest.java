package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Message;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.agent.AgentPrimitive;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.AgentsBuilder;
import dev.postern.agent.Tool;
import dev.postern.json.JsonObject;
import dev.postern.server.http.Limits;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs of agents and their results, over HTTP. */
class AgentChatTest {
    private static final String HI = "{\"message\":\"hi\",\"session_id\":\"s1\"}";

    private final RuleBackend main = new RuleBackend("main");
    private final RuleBackend local = new RuleBackend("local");
    private final CountDownLatch bothRun = new CountDownLatch(2);
    private final TestServer served = TestServer.withAgents(Limits.defaults(), this::declare, main, local);

    private void declare(AgentsBuilder agents) {
        ToolDefinition schema = ToolDefinition.of(
                "echo",
                "Says it again.",
                Map.of(
                        "type",
                        "object",
                        "properties",
                        Map.of("text", Map.of("type", "string")),
                        "additionalProperties",
                        false));
        agents.tool(Tool.of(schema, input -> "echo " + input))
                .tool(Tool.of(ToolDefinition.of("fail", "", Map.of("type", "object")), input -> {
                    throw new IllegalStateException("no luck");
                }))
                .tool(Tool.of(ToolDefinition.of("meet", "", Map.of("type", "object")), input -> meet()))
                .spec(AgentSpec.builder("helper")
                        .model("m1")
                        .systemPrompt("Be brief.")
                        .temperature(0.5)
                        .build())
                .spec(AgentSpec.builder("worker")
                        .primitive(AgentSpec.TOOLS, AgentPrimitive.ON)
                        .maxTurns(3)
                        .maxTokens(50)
                        .build())
                .spec(AgentSpec.builder("keeper")
                        .primitive(AgentSpec.MEMORY, AgentPrimitive.ON)
                        .build())
                .spec(AgentSpec.builder("forgetful").autoMemory(false).build())
                .spec(AgentSpec.builder("local-agent").backend("local").build())
                .spec(AgentSpec.builder("boss")
                        .systemPrompt("You are boss")
                        .primitive(AgentSpec.AGENTS, AgentPrimitive.of("local-agent", "helper"))
                        .build());
    }

    private String meet() throws AssertionError {
        bothRun.countDown();
        try {
            return bothRun.await(30, TimeUnit.SECONDS) ? "met" : "alone";
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        served.close();
    }

    private RawClient.Answer chat(String agent, String body, String... headers) throws IOException {
        return served.post("/api/v1/agents/" + agent + "/chat", body, headers);
    }

    private static List<String> said(CompletionRequest request) {
        return request.messages().stream().map(Message::text).toList();
    }

    @Test
    void anAnswerHasAllFieldsOfThePythonGateway() throws IOException {
        RawClient.Answer answer = chat("helper", HI);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Request-Id")).matches("[0-9a-f]{32}");
        assertThat(answer.body())
                .matches("\\{\"response\":\"Hello\",\"session_id\":\"s1\",\"agent_name\":\"helper\",\"turns_used\":1,"
                        + "\"tools_called\":\\[],\"artifacts\":\\[],\"metadata\":\\{\"trace_id\":\"[0-9a-f]{32}\","
                        + "\"end\":\"answered\",\"stop_reason\":\"end_turn\","
                        + "\"usage\":\\{\"input_tokens\":3,\"output_tokens\":2}}}");
    }

    @Test
    void theSettingsOfTheSpecAreSentToTheModel() throws IOException {
        chat("helper", HI);
        chat("worker", HI);

        CompletionRequest request = main.request(0);
        assertThat(request.model()).isEqualTo("m1");
        assertThat(request.system()).isEqualTo("Be brief.");
        assertThat(request.temperature()).hasValue(0.5);
        assertThat(request.maxTokens()).isEmpty();
        assertThat(request.tools()).isEmpty();
        assertThat(main.request(1).temperature()).hasValue(1.0);
        assertThat(main.request(1).maxTokens()).hasValue(50);
        assertThat(main.request(1).tools()).hasSize(3);
    }

    @Test
    void aChatWithoutASessionCreatesOne() throws IOException {
        String first = TestServer.json(chat("helper", "{\"message\":\"hi\"}")).text("session_id");
        String second = TestServer.json(chat("helper", "{\"message\":\"hi\",\"session_id\":null}"))
                .text("session_id");

        assertThat(first).matches("[0-9a-f]{16}").isNotEqualTo(second);
        assertThat(said(main.request(1))).containsExactly("hi");
    }

    @Test
    void aSessionSendsTenTurnsAtMost() throws IOException {
        main.rule =
                request -> RuleBackend.text("re " + RuleBackend.last(request).text());
        for (int i = 0; i < 12; i++) {
            chat("helper", "{\"message\":\"m" + i + "\",\"session_id\":\"s\"}");
        }
        chat("helper", "{\"message\":\"other\",\"session_id\":\"t\"}");

        assertThat(said(main.request(1))).containsExactly("m0", "re m0", "m1");
        assertThat(said(main.request(11))).hasSize(21).startsWith("m1", "re m1");
        assertThat(said(main.request(12))).containsExactly("other");
    }

    @Test
    void withoutTheHookNothingIsStored() throws IOException {
        chat("forgetful", HI);
        chat("forgetful", HI);

        assertThat(said(main.request(1))).containsExactly("hi");
    }

    @Test
    void aFailedRunStoresNothing() throws IOException {
        chat("helper", HI);
        main.rule = request -> {
            throw new LlmException(Kind.SERVER, "broken");
        };
        assertThat(chat("helper", "{\"message\":\"lost\",\"session_id\":\"s1\"}")
                        .status())
                .isEqualTo(500);
        main.rule = request -> RuleBackend.text("fine");
        chat("helper", HI);

        assertThat(said(main.request(2))).containsExactly("hi", "Hello", "hi");
    }

    @Test
    void toolsAreReportedInTheOrderOfTheirCalls() throws IOException {
        main.calls(
                "done",
                RuleBackend.call("c1", "meet", Map.of()),
                RuleBackend.call("c2", "meet", Map.of("x", 1)),
                RuleBackend.call("c3", "echo", Map.of("text", "a", "invented", true)));
        JsonObject answer = TestServer.json(chat("worker", HI));

        assertThat(answer.text("response")).isEqualTo("done");
        assertThat(answer.integer("turns_used", 0)).isEqualTo(2);
        assertThat(answer.get("tools_called")).isEqualTo(List.of("meet", "meet", "echo"));
        assertThat(answer.objects("artifacts"))
                .extracting(artifact -> artifact.text("tool_name") + " " + artifact.text("output"))
                .containsExactly(
                        "meet met",
                        "meet met",
                        "echo echo {text=a}"); // concurrently; fields outside the schema are removed
        assertThat(answer.objects("artifacts").get(2).names())
                .containsExactly("tool_name", "tool_input", "output", "structured");
        assertThat(answer.objects("artifacts").get(2).object("tool_input").text("text"))
                .isEqualTo("a");
        assertThat(answer.object("metadata").object("usage").integer("input_tokens", 0))
                .isEqualTo(6);
        List<ToolResult> results = RuleBackend.results(main.request(1));
        assertThat(results).extracting(ToolResult::callId).containsExactly("c1", "c2", "c3");
    }

    @Test
    void aFailedOrUnknownToolIsAnErrorResultAndTheRunContinues() throws IOException {
        main.calls("sorry", RuleBackend.call("c1", "fail", Map.of()), RuleBackend.call("c2", "nonesuch", Map.of()));
        JsonObject answer = TestServer.json(chat("worker", HI));

        assertThat(answer.text("response")).isEqualTo("sorry");
        assertThat(RuleBackend.results(main.request(1)))
                .allMatch(ToolResult::isError)
                .extracting(ToolResult::text)
                .allMatch(text -> text.startsWith("Error: "))
                .contains("Error: IllegalStateException")
                .noneMatch(text -> text.contains("no luck"))
                .anyMatch(text -> text.contains("nonesuch"));
    }

    @Test
    void theAnswerReportsThatTheTurnLimitIsReached() throws IOException {
        main.rule = request -> RuleBackend.answer(
                "step " + main.requests.size(),
                RuleBackend.call("c" + main.requests.size(), "echo", Map.of("text", "" + main.requests.size())));
        JsonObject answer = TestServer.json(chat("worker", HI));

        assertThat(main.requests).hasSize(3);
        assertThat(answer.integer("turns_used", 0)).isEqualTo(3);
        assertThat(answer.text("response"))
                .isEqualTo("I've reached the maximum number of turns (3). Here's what I have so far: step 3");
        assertThat(answer.object("metadata").text("end")).isEqualTo("max_turns");
    }

    @Test
    void theAnswerHasTheLastTextThatIsNotEmpty() throws IOException {
        main.rule = request -> main.requests.size() == 1
                ? RuleBackend.answer("let me see", RuleBackend.call("c1", "echo", Map.of()))
                : RuleBackend.text("");

        assertThat(TestServer.json(chat("worker", HI)).text("response")).isEqualTo("let me see");
    }

    @Test
    void theFiveMemoryToolsAnswerLikeThePythonGateway() throws IOException {
        main.rule = request -> {
            List<CompletionResponse> script = List.of(
                    RuleBackend.answer(
                            "", RuleBackend.call("1", "remember", Map.of("key", "tea", "content", "Jo likes tea"))),
                    RuleBackend.answer(
                            "",
                            RuleBackend.call("2", "recall", Map.of("key", "tea")),
                            RuleBackend.call("3", "recall", Map.of("key", "no")),
                            RuleBackend.call("4", "search_memory", Map.of("query", "LIKES ")),
                            RuleBackend.call("5", "search_memory", Map.of("query", "coffee")),
                            RuleBackend.call("6", "list_memories", Map.of())),
                    RuleBackend.answer("", RuleBackend.call("7", "forget", Map.of("key", "tea"))),
                    RuleBackend.answer(
                            "",
                            RuleBackend.call("8", "forget", Map.of("key", "tea")),
                            RuleBackend.call("9", "list_memories", Map.of())),
                    RuleBackend.text("done"));
            return script.get(main.requests.size() - 1);
        };
        JsonObject answer = TestServer.json(chat("keeper", HI));

        assertThat(answer.objects("artifacts"))
                .extracting(artifact -> artifact.text("output"))
                .containsExactly(
                        "Stored memory 'tea'.",
                        "Jo likes tea",
                        "No memory found for key 'no'.",
                        "- [0.50] tea: Jo likes tea",
                        "No memories found.",
                        "- tea: Jo likes tea",
                        "Deleted: True",
                        "Deleted: False",
                        "No memories found.");
    }

    @Test
    void storedMemoryIsSentInNewSessionsOnly() throws IOException {
        served.agents.memories().store("agent:system:keeper", "tea", "Jo likes it", "");

        chat("keeper", HI);
        chat("keeper", HI);

        assertThat(said(main.request(0)))
                .containsExactly(
                        "[System: The following memories were previously stored in your memory. Use them to maintain"
                                + " continuity across conversations.]\n- tea: Jo likes it",
                        "I've reviewed my stored memories and will use them in our conversation.",
                        "hi");
        assertThat(said(main.request(1))).containsExactly("hi", "Hello", "hi");
    }

    @Test
    void theHeaderSelectsTheBackendUnlessTheSpecDoes() throws IOException {
        chat("helper", HI, "X-Provider-LLM: local");
        chat("helper", HI, "X-Provider: local");
        assertThat(local.requests).hasSize(2);

        chat("local-agent", HI, "x-provider-llm: main");
        assertThat(local.requests).hasSize(3);
        assertThat(main.requests).isEmpty();

        RawClient.Answer unknown = chat("helper", HI, "X-Provider-LLM: nope");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(TestServer.field(unknown, "detail"))
                .isEqualTo("Unknown llm provider 'nope'. Available: main, local");
    }

    @Test
    void theBackendIsTheSameAfterACallOfASubAgent() throws IOException {
        main.rule = request -> request.system().equals("You are boss")
                        && RuleBackend.results(request).isEmpty()
                ? RuleBackend.answer(
                        "",
                        RuleBackend.call("c1", "call_local-agent", Map.of("message", "one")),
                        RuleBackend.call("c2", "call_helper", Map.of("message", "two")))
                : RuleBackend.text("main says so");
        local.rule = request -> RuleBackend.text("local says so");

        JsonObject answer = TestServer.json(chat("boss", HI));

        assertThat(answer.text("response")).isEqualTo("main says so");
        assertThat(answer.objects("artifacts"))
                .extracting(artifact -> artifact.text("output"))
                .containsExactly("local says so", "main says so");
        assertThat(said(local.request(0))).containsExactly("one");
        assertThat(main.requests).hasSize(3);
        assertThat(answer.object("metadata").object("usage").integer("input_tokens", 0))
                .isEqualTo(12); // with the usage of the sub-agents
    }

    @Test
    void theCallersCredentialsAreUsedForItsRequestsOnly() throws IOException {
        main.calls("done", RuleBackend.call("c1", "call_helper", Map.of("message", "two")));
        chat("boss", HI, "X-AWS-Access-Key-Id: AKIA1", "X-AWS-Secret-Access-Key: very-secret");
        assertThat(main.requests.size()).isGreaterThan(2); // including those of the sub-agent
        assertThat(main.requests)
                .allMatch(request ->
                        "AKIA1".equals(request.options().credentials().get("aws_access_key_id")));
        main.requests.clear();
        chat("helper", HI);

        assertThat(main.requests)
                .isNotEmpty()
                .allMatch(request -> request.options().credentials().isEmpty());
    }

    @Test
    void credentialsForANamedBackendAreNotSentToAnotherBackend() throws IOException {
        String[] credentials = {"X-AWS-Access-Key-Id: AKIA1", "X-AWS-Secret-Access-Key: very-secret"};
        chat("local-agent", HI, credentials[0], credentials[1]);
        assertThat(local.request(0).options().credentials()).isNotEmpty();

        chat("local-agent", HI, "X-Provider-LLM: main", credentials[0], credentials[1]);

        assertThat(local.request(1).options().credentials()).isEmpty();
    }

    @Test
    void anInvalidMessageIsA422() throws IOException {
        assertThat(wrong("{}")).isEqualTo("message: must not be empty");
        assertThat(wrong("{\"message\":\" \"}")).startsWith("message: ");
        assertThat(wrong("{\"message\":7}")).startsWith("message: must be a string");
        assertThat(wrong("{\"message\":\"hi\",\"session_id\":7}")).startsWith("session_id: must be a string");
        assertThat(wrong("{\"message\":\"hi\",\"session_id\":\"a\\nb\"}")).startsWith("session_id: ");
        assertThat(wrong("[]")).startsWith("body: ");
        assertThat(wrong("{")).startsWith("body: ");
        assertThat(main.requests).isEmpty();
    }

    private String wrong(String body) throws IOException {
        RawClient.Answer plain = chat("helper", body);
        RawClient.Answer stream = served.post("/api/v1/agents/helper/chat/stream", body);
        assertThat(plain.status()).as(body).isEqualTo(422);
        assertThat(stream.status()).as(body).isEqualTo(422);
        assertThat(TestServer.field(stream, "detail")).isEqualTo(TestServer.field(plain, "detail"));
        return String.valueOf(TestServer.field(plain, "detail"));
    }

    @Test
    void aFailureHasTheSameStatusAsForACompletion() throws IOException {
        main.rule = request -> {
            throw LlmException.builder(Kind.RATE_LIMITED, "slow down")
                    .status(429)
                    .backend("main")
                    .serverMessage("slow down")
                    .retryAfter(Duration.ofSeconds(7))
                    .build();
        };
        RawClient.Answer answer = chat("helper", HI);

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isEqualTo("7");
        assertThat(TestServer.json(answer).object("error").text("kind")).isEqualTo("rate_limited");
        assertThat(String.valueOf(TestServer.field(answer, "detail"))).contains("slow down");
    }

    @Test
    void aFailureAfterToolsMayHaveRunHasNoRetryableStatus() throws IOException {
        main.rule = request -> {
            throw new LlmException(Kind.CONNECTION, "Nothing listens there.", new ConnectException());
        };

        assertThat(chat("helper", HI).status()).isEqualTo(503);
        assertThat(chat("worker", HI).status()).isEqualTo(500);
    }
}
