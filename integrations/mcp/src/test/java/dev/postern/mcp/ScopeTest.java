package dev.postern.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.agent.Agent;
import dev.postern.agent.AgentInput;
import dev.postern.agent.AgentResult;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections of runs and sessions. */
class ScopeTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private final AtomicInteger sessions = new AtomicInteger();
    private final CountDownLatch deleted = new CountDownLatch(1);

    /** A server whose tool returns its session. */
    private HttpScript server() {
        return HttpScript.older("2025-11-25")
                .on(
                        "initialize",
                        ask -> ask.result(
                                Map.of("protocolVersion", "2025-11-25", "capabilities", Map.of("tools", Map.of())),
                                "Mcp-Session-Id: s" + sessions.incrementAndGet()))
                .on("tools/call", ask -> ask.text(ask.exchange().request().header("Mcp-Session-Id")))
                .on("DELETE", ask -> {
                    ask.exchange().answer(200, "text/plain", "");
                    deleted.countDown();
                });
    }

    private static Agent agent(McpClient client, int calls) {
        FakeLlm llm = FakeLlm.named("fake");
        for (int call = 0; call < calls; call++) {
            llm = llm.thenToolCall("srv_echo", Map.of("n", call)).thenText("Done.");
        }
        return Agent.builder(llm)
                .tools(client.tools())
                .listener(client.runListener())
                .build();
    }

    private static String sessionOf(AgentResult result) {
        return result.toolCalls().get(0).result().text();
    }

    @Test
    void eachRunHasASessionThatEndsWithIt() {
        try (HttpScript server = server();
                McpClient client = server.client().scope(McpScope.RUN).build()) {
            Agent agent = agent(client, 2); // the list is read in session s1

            assertThat(sessionOf(agent.run("Go."))).isEqualTo("s2");
            Calls.await(deleted);
            assertThat(sessionOf(agent.run("Go."))).isEqualTo("s3");
            assertThat(server.requests("DELETE").get(0).header("Mcp-Session-Id"))
                    .isEqualTo("s2");
        }
    }

    @Test
    void eachSessionHasAConnectionUntilItIsClosed() {
        try (HttpScript server = server();
                McpClient client = server.client().scope(McpScope.SESSION).build()) {
            Agent agent = agent(client, 4);

            assertThat(sessionOf(agent.run(AgentInput.of("Go.").withSession("ann"))))
                    .isEqualTo("s2");
            assertThat(sessionOf(agent.run(AgentInput.of("Go.").withSession("bob"))))
                    .isEqualTo("s3");
            assertThat(sessionOf(agent.run(AgentInput.of("Go.").withSession("ann"))))
                    .isEqualTo("s2");
            client.closeSession("ann");
            Calls.await(deleted);
            assertThat(sessionOf(agent.run(AgentInput.of("Go.").withSession("ann"))))
                    .isEqualTo("s4");
        }
    }

    @Test
    void anIdleConnectionIsClosed() {
        ManualTimer timer = new ManualTimer();
        try (HttpScript server = server();
                McpClient client = server.client()
                        .scope(McpScope.SESSION)
                        .scopeIdle(Duration.ofMinutes(1))
                        .timer(timer)
                        .build()) {
            Agent agent = agent(client, 2);
            assertThat(sessionOf(agent.run(AgentInput.of("Go.").withSession("ann"))))
                    .isEqualTo("s2");

            timer.advance(Duration.ofMinutes(3));
            Calls.await(deleted);

            assertThat(sessionOf(agent.run(AgentInput.of("Go.").withSession("ann"))))
                    .isEqualTo("s3");
        }
    }

    @Test
    void connectionsAreBounded() {
        CountDownLatch called = new CountDownLatch(1);
        try (HttpScript server = server();
                McpClient client = server.client()
                        .scope(McpScope.SESSION)
                        .limits(McpLimits.defaults().withMaxConnections(1))
                        .build()) {
            Agent agent = agent(client, 4);
            assertThat(sessionOf(agent.run(AgentInput.of("Go.").withSession("ann"))))
                    .isEqualTo("s2");
            assertThat(sessionOf(agent.run(AgentInput.of("Go.").withSession("bob"))))
                    .isEqualTo("s3"); // in place of ann
            Calls.await(deleted);

            server.on("tools/call", ask -> {
                ask.exchange().hold();
                called.countDown();
            });
            CompletableFuture<AgentResult> busy =
                    agent.runAsync(AgentInput.of("Go.").withSession("bob"));
            Calls.await(called);
            assertThat(sessionOf(Calls.agent(client.tools(), "srv_echo", Map.of())
                            .run(AgentInput.of("Go.").withSession("cid"))))
                    .isEqualTo("Error: LlmException[OVERLOADED]");
            busy.cancel(true);
        }
    }

    @Test
    void aCallWithoutASessionUsesTheSharedConnection() {
        try (HttpScript server = server();
                McpClient client = server.client().scope(McpScope.SESSION).build()) {
            client.tools();
            McpSettings settings = client.settings();
            ScopedSessions scoped = new ScopedSessions(settings, new Handshake(settings, () -> {}));

            assertThat(scoped.lease(CallContext.NONE).holder()).isSameAs(scoped.shared());
            scoped.close();
        }
    }

    @Test
    void settingsOfTheOtherTransportAndInvalidOnesAreRefused() {
        List<McpClientBuilder> wrong = List.of(
                McpClient.http(URI.create("ftp://host/mcp")),
                McpClient.http(URI.create("http://user:pass@host/mcp")),
                McpClient.http(URI.create("http://host/mcp")).environment("A", "b"),
                McpClient.http(URI.create("http://host/mcp")).name("a b"),
                McpClient.http(URI.create("http://host/mcp")).protocol("2024-11-05"),
                McpClient.stdio(),
                McpClient.stdio("x").header("A", "b"),
                McpClient.stdio("x").authorization(() -> "b"));

        assertThat(wrong)
                .allSatisfy(builder -> assertThatExceptionOfType(LlmException.class)
                        .isThrownBy(builder::build)
                        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(LlmException.Kind.CONFIGURATION)));
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> McpClient.stdio("x").idleTimeout(Duration.ofSeconds(-1)));
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> McpLimits.defaults().withMaxTools(0));
    }
}
