package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.ToolDefinition;
import dev.postern.agent.AgentPrimitive;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.InMemoryConversations;
import dev.postern.agent.Tool;
import dev.postern.json.JsonObject;
import dev.postern.server.http.Limits;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sessions and the memory of agents. */
class AgentSessionsTest {
    private final RuleBackend main = new RuleBackend("main");
    /** Each moment is one millisecond after the last, as times are stored in milliseconds. */
    private final AtomicLong millis = new AtomicLong(1_800_000_000_000L);

    private final InstantSource moments = () -> Instant.ofEpochMilli(millis.incrementAndGet());

    private final TestServer served = TestServer.withAgents(
            Limits.defaults(),
            agents -> agents.conversations(InMemoryConversations.builder()
                            .clock(moments.withZone(ZoneOffset.UTC))
                            .build())
                    .tool(Tool.of(ToolDefinition.of("clock", "The time.", Map.of("type", "object")), input -> "noon"))
                    .spec(AgentSpec.builder("helper")
                            .primitive(AgentSpec.TOOLS, AgentPrimitive.ON)
                            .build())
                    .spec(AgentSpec.builder("keeper")
                            .primitive(AgentSpec.MEMORY, AgentPrimitive.ON)
                            .build()),
            main);

    @AfterEach
    void close() {
        served.close();
    }

    private RawClient.Answer send(String method, String path) throws IOException {
        try (RawClient client = served.client()) {
            return client.request(method, "/api/v1/agents/" + path, "").answer();
        }
    }

    private void chat(String session, String message) throws IOException {
        RawClient.Answer answer = served.post(
                "/api/v1/agents/helper/chat", "{\"message\":\"" + message + "\",\"session_id\":\"" + session + "\"}");
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void sessionsAreListedTheLatestFirst() throws IOException {
        assertThat(send("GET", "helper/sessions").body()).isEqualTo("{\"agent_name\":\"helper\",\"sessions\":[]}");
        chat("s1", "one");
        chat("s1", "two");
        chat("s2", "three");

        JsonObject answer = TestServer.json(send("GET", "helper/sessions"));
        assertThat(answer.objects("sessions"))
                .extracting(session -> session.text("session_id") + " " + session.text("actor_id") + " "
                        + session.integer("message_count", 0))
                .containsExactly("s2 system:helper 2", "s1 system:helper 4");
        assertThat(answer.objects("sessions").get(0).names())
                .containsExactly("session_id", "actor_id", "message_count", "last_activity", "metadata");
        assertThat(answer.objects("sessions").get(0).text("last_activity"))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
        assertThat(TestServer.json(send("GET", "keeper/sessions")).objects("sessions"))
                .isEmpty();
    }

    @Test
    void aSessionContainsItsMessages() throws IOException {
        main.calls("It is noon", RuleBackend.call("c1", "clock", Map.of()));
        chat("s 1", "What time is it?");

        assertThat(send("GET", "helper/sessions/s%201").body())
                .isEqualTo("{\"agent_name\":\"helper\",\"session_id\":\"s 1\",\"messages\":["
                        + "{\"role\":\"user\",\"content\":\"What time is it?\"},"
                        + "{\"role\":\"assistant\",\"content\":\"It is noon\"}]}");
        assertThat(send("GET", "helper/sessions/unknown").body())
                .isEqualTo("{\"agent_name\":\"helper\",\"session_id\":\"unknown\",\"messages\":[]}");
    }

    @Test
    void aDeletedSessionIsGone() throws IOException {
        chat("s1", "one");

        assertThat(send("DELETE", "helper/sessions/s1").body()).isEqualTo("{\"status\":\"deleted\"}");

        assertThat(TestServer.json(send("GET", "helper/sessions")).objects("sessions"))
                .isEmpty();
        assertThat(send("GET", "helper/sessions/s1").body()).endsWith("\"messages\":[]}");
        assertThat(send("DELETE", "helper/sessions/s1").status()).isEqualTo(200);
        chat("s1", "two");
        assertThat(main.request(1).messages()).hasSize(1);
    }

    @Test
    void aCleanupKeepsTheLatestSessions() throws IOException {
        for (int i = 0; i < 7; i++) {
            chat("s" + i, "hi");
        }

        assertThat(send("POST", "helper/sessions/cleanup").body()).isEqualTo("{\"deleted\":2,\"kept\":5}");
        assertThat(send("POST", "helper/sessions/cleanup?a=b&keep=1").body()).isEqualTo("{\"deleted\":4,\"kept\":1}");
        assertThat(TestServer.json(send("GET", "helper/sessions")).objects("sessions"))
                .extracting(session -> session.text("session_id"))
                .containsExactly("s6");
        assertThat(send("POST", "helper/sessions/cleanup?keep=-1").status()).isEqualTo(422);
    }

    @Test
    void aSessionWithoutARunCannotBeCancelled() throws IOException {
        RawClient.Answer answer = send("DELETE", "helper/sessions/s1/run");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(TestServer.field(answer, "detail")).isEqualTo("This session has no active run.");
    }

    @Test
    void theMemoryOfAnAgentIsListedByNamespace() throws IOException {
        served.agents.memories().store("agent:system:keeper", "tea", "é".repeat(300), "");
        served.agents.memories().store("agent:system:keeper:u:jo", "milk", "yes", "");
        served.agents.memories().store("agent:system:keeper-2", "other", "no", "");

        JsonObject answer = TestServer.json(send("GET", "keeper/memory"));
        assertThat(answer.names()).containsExactly("agent_name", "memory_enabled", "namespace", "stores");
        assertThat(answer.text("namespace")).isEqualTo("agent:system:keeper");
        assertThat(answer.get("memory_enabled")).isEqualTo(true);
        assertThat(answer.objects("stores"))
                .extracting(store -> store.text("namespace") + " " + store.integer("memory_count", 0))
                .containsExactly("agent:system:keeper 1", "agent:system:keeper:u:jo 1");
        JsonObject memory = answer.objects("stores").get(0).objects("memories").get(0);
        assertThat(memory.names()).containsExactly("key", "content", "updated_at");
        assertThat(memory.text("content")).isEqualTo("é".repeat(200));
        assertThat(memory.text("updated_at")).endsWith("Z");

        assertThat(send("GET", "helper/memory").body())
                .isEqualTo("{\"agent_name\":\"helper\",\"memory_enabled\":false,\"namespace\":\"\",\"stores\":[]}");
    }
}
