package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.ToolDefinition;
import dev.postern.agent.AgentPrimitive;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.Tool;
import dev.postern.server.http.Limits;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The agents and their tools. */
class AgentSpecsTest {
    private static final String AGENTS = "/api/v1/agents";
    private static final String HELPER = """
            {"name":"helper","description":"","model":"m","system_prompt":"You are a helpful assistant.","primitives":{},\
            "hooks":{"auto_memory":true,"auto_trace":true},"provider_overrides":{},"max_turns":20,"temperature":1.0,\
            "max_tokens":null,"owner_id":"system","shared_with":[],"checkpointing_enabled":false}""";

    private final TestServer served = TestServer.withAgents(
            Limits.defaults(),
            agents -> agents.tool(
                            Tool.of(ToolDefinition.of("clock", "The time.", Map.of("type", "object")), input -> "noon"))
                    .spec(AgentSpec.builder("helper").model("m").build())
                    .spec(AgentSpec.builder("all")
                            .description("has all")
                            .primitive(AgentSpec.MEMORY, AgentPrimitive.of("recall"))
                            .primitive(AgentSpec.TOOLS, AgentPrimitive.ON)
                            .primitive(AgentSpec.AGENTS, AgentPrimitive.of("helper", "nobody"))
                            .build()),
            new RuleBackend("main"));

    @AfterEach
    void close() {
        served.close();
    }

    private RawClient.Answer send(String method, String path, String body) throws IOException {
        try (RawClient client = served.client()) {
            return client.request(method, path, body).answer();
        }
    }

    @Test
    void allAgentsAreListed() throws IOException {
        RawClient.Answer answer = served.get(AGENTS);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.body()).startsWith("{\"agents\":[" + HELPER + ",{\"name\":\"all\",");
        assertThat(TestServer.json(answer).objects("agents")).hasSize(2);
    }

    @Test
    void anAgentIsFoundWithOrWithoutItsOwner() throws IOException {
        assertThat(served.get(AGENTS + "/helper").body()).isEqualTo(HELPER);
        assertThat(served.get(AGENTS + "/system:helper").body()).isEqualTo(HELPER);
        assertThat(served.get(AGENTS + "/system%3Ahelper").body()).isEqualTo(HELPER);
        assertThat(served.get(AGENTS + "/jo:helper").status()).isEqualTo(404);
    }

    @Test
    void anUnknownAgentIsA404OnAllPaths() throws IOException {
        for (String request : List.of(
                "GET ",
                "PUT ",
                "DELETE ",
                "GET /tools",
                "GET /memory",
                "GET /sessions",
                "POST /sessions/cleanup",
                "GET /sessions/s",
                "DELETE /sessions/s",
                "GET /sessions/s/status",
                "DELETE /sessions/s/run",
                "POST /chat",
                "POST /chat/stream")) {
            String[] words = request.split(" ", 2);
            String body = request.contains("chat") ? "{\"message\":\"hi\"}" : request.startsWith("P") ? "{}" : "";

            RawClient.Answer answer = send(words[0], AGENTS + "/nobody" + words[1], body);

            assertThat(answer.status()).as(request).isEqualTo(404);
            assertThat(TestServer.field(answer, "detail")).as(request).isEqualTo("Agent 'nobody' not found");
        }
    }

    @Test
    void anAgentIsCreatedOnce() throws IOException {
        String body = """
                {"name":"new","model":"m","system_prompt":"Be brief.","primitives":{"memory":{"enabled":true}},
                 "max_turns":3,"temperature":0.5,"owner_id":"eve"}""";

        RawClient.Answer made = send("POST", AGENTS, body);
        assertThat(made.status()).isEqualTo(201);
        assertThat(TestServer.json(made).text("owner_id")).isEqualTo("system");
        assertThat(made.body())
                .contains("\"max_turns\":3,\"temperature\":0.5,\"max_tokens\":null")
                .contains("\"primitives\":{\"memory\":{\"enabled\":true,\"tools\":null,\"namespace\":null,"
                        + "\"shared_namespaces\":null,\"options\":{}}}");
        assertThat(served.get(AGENTS + "/new").body()).isEqualTo(made.body());

        for (String name : List.of("new", "helper")) {
            RawClient.Answer again = send("POST", AGENTS, "{\"name\":\"" + name + "\",\"model\":\"n\"}");
            assertThat(again.status()).isEqualTo(409);
            assertThat(TestServer.field(again, "detail")).isEqualTo("Agent '" + name + "' already exists");
        }
    }

    @Test
    void anInvalidSpecIsA422WithItsPath() throws IOException {
        assertThat(wrong("POST", AGENTS, "{\"model\":\"m\"}")).startsWith("name: ");
        assertThat(wrong("POST", AGENTS, "{\"name\":\"a b\"}")).startsWith("name: ");
        assertThat(wrong("POST", AGENTS, "{\"name\":\"a\",\"primitives\":{\"memory\":{\"enabled\":7}}}"))
                .startsWith("primitives.memory.enabled: ");
        assertThat(wrong("POST", AGENTS, "{\"name\":\"a\",\"primitives\":{\"tools\":{\"tools\":[\"clok\"]}}}"))
                .startsWith("primitives.tools.tools[0]: ");
        assertThat(wrong("POST", AGENTS, "[")).startsWith("body: ");
        assertThat(wrong("PUT", AGENTS + "/helper", "{\"max_turns\":0}")).startsWith("max_turns: ");
        assertThat(served.get(AGENTS + "/helper").body()).isEqualTo(HELPER);
    }

    private String wrong(String method, String path, String body) throws IOException {
        RawClient.Answer answer = send(method, path, body);
        assertThat(answer.status()).as(body).isEqualTo(422);
        return String.valueOf(TestServer.field(answer, "detail"));
    }

    @Test
    void anUpdateChangesOnlyItsFields() throws IOException {
        RawClient.Answer answer =
                send("PUT", AGENTS + "/helper", "{\"model\":\"n\",\"description\":null,\"name\":\"x\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(HELPER.replace("\"model\":\"m\"", "\"model\":\"n\""));
        assertThat(served.get(AGENTS + "/helper").body()).isEqualTo(answer.body());
    }

    @Test
    void aDeletedAgentMayBeCreatedAgain() throws IOException {
        RawClient.Answer answer = send("DELETE", AGENTS + "/helper", "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"status\":\"deleted\",\"versions_archived\":0}");
        assertThat(served.get(AGENTS + "/helper").status()).isEqualTo(404);
        assertThat(send("DELETE", AGENTS + "/helper", "").status()).isEqualTo(404);
        assertThat(send("POST", AGENTS, "{\"name\":\"helper\",\"model\":\"m\"}").body())
                .isEqualTo(HELPER);
    }

    @Test
    void otherMethodsAreA405AndATrailingSlashIsA307() throws IOException {
        assertThat(send("PATCH", AGENTS + "/helper", "{}").status()).isEqualTo(405);
        assertThat(served.get(AGENTS + "/helper/chat").status()).isEqualTo(405);
        assertThat(served.get(AGENTS + "/").header("Location")).isEqualTo(AGENTS);
    }

    @Test
    void theToolsOfAnAgentNameTheirOrigin() throws IOException {
        RawClient.Answer answer = served.get(AGENTS + "/all/tools");

        assertThat(TestServer.field(answer, "agent_name")).isEqualTo("all");
        assertThat(TestServer.json(answer).objects("tools"))
                .extracting(tool -> tool.text("name") + " " + tool.text("primitive") + " " + tool.text("provider"))
                .containsExactly(
                        "clock tools application", "recall memory in_memory", "call_helper agents agent_delegation");
        assertThat(TestServer.json(answer).objects("tools").get(0).text("description"))
                .isEqualTo("The time.");
        assertThat(served.get(AGENTS + "/helper/tools").body()).isEqualTo("{\"agent_name\":\"helper\",\"tools\":[]}");
    }

    @Test
    void theCatalogHasAllToolsByPrimitive() throws IOException {
        RawClient.Answer answer = served.get(AGENTS + "/tool-catalog");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(TestServer.json(answer).object("primitives").names()).containsExactly("memory", "tools", "agents");
        assertThat(TestServer.json(answer).object("primitives").objects("memory"))
                .extracting(tool -> tool.text("name"))
                .containsExactly("remember", "recall", "search_memory", "forget", "list_memories");
        assertThat(TestServer.json(answer)
                        .object("primitives")
                        .objects("memory")
                        .get(0)
                        .object("input_schema")
                        .object("properties")
                        .names())
                .containsExactly("key", "content", "source");
        assertThat(answer.body()).contains("\"tools\":[{\"name\":\"clock\",").endsWith("\"agents\":[]}}");
    }
}
