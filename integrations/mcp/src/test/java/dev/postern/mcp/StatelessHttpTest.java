package dev.postern.mcp;

import static dev.postern.mcp.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ToolResult;
import dev.postern.agent.Agent;
import dev.postern.agent.AgentResult;
import dev.postern.json.JsonObject;
import dev.postern.testkit.WireRequest;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server of 2026-07-28: no handshake, no session. */
class StatelessHttpTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    @RegisterExtension
    static final QuietLog OWN = QuietLog.of("dev.postern.mcp");

    @Test
    void eachRequestCarriesItsVersionInBodyAndHeaders() {
        try (HttpScript server = HttpScript.stateless();
                McpClient client = server.client()
                        .header("X-Team", "blue")
                        .authorization(() -> "Bearer secret-token")
                        .build()) {
            ToolResult result = call(client, "srv_echo", Map.of("say", "hello"));

            assertThat(result.text()).isEqualTo("you said hello");
            assertThat(result.isError()).isFalse();
            assertThat(server.methods()).containsExactly("server/discover", "tools/list", "tools/call");
            WireRequest sent = server.requests("tools/call").get(0);
            assertThat(sent.header("MCP-Protocol-Version")).isEqualTo("2026-07-28");
            assertThat(sent.header("Mcp-Method")).isEqualTo("tools/call");
            assertThat(sent.header("Mcp-Name")).isEqualTo("echo");
            assertThat(sent.header("Accept")).isEqualTo("application/json, text/event-stream");
            assertThat(sent.header("Content-Type")).isEqualTo("application/json");
            assertThat(sent.header("X-Team")).isEqualTo("blue");
            assertThat(sent.header("Authorization")).isEqualTo("Bearer secret-token");
            assertThat(sent.header("Mcp-Session-Id")).isEmpty();
            JsonObject params = sent.json().object("params");
            assertThat(params.text("name")).isEqualTo("echo");
            assertThat(params.get("arguments")).isEqualTo(Map.of("say", "hello"));
            assertThat(params.object("_meta").text("io.modelcontextprotocol/protocolVersion"))
                    .isEqualTo("2026-07-28");
            assertThat(params.object("_meta").get("io.modelcontextprotocol/clientCapabilities"))
                    .isEqualTo(Map.of());
            assertThat(params.object("_meta")
                            .object("io.modelcontextprotocol/clientInfo")
                            .text("name"))
                    .isEqualTo("postern");
            assertThat(client.serverInfo()).isEqualTo(new McpServerInfo("script", "7", "2026-07-28", "Be kind."));
        }
    }

    @Test
    void progressIsToldBeforeTheResult() {
        List<McpProgress> told = new CopyOnWriteArrayList<>();
        try (HttpScript server = HttpScript.stateless()
                        .on(
                                "tools/call",
                                ask -> ask.beginEvents()
                                        .progress(1, "begun")
                                        .progress(9, "nearly")
                                        .textEvent("done"));
                McpClient client = server.client().onProgress(told::add).build()) {

            assertThat(call(client, "srv_echo", Map.of()).text()).isEqualTo("done");

            assertThat(told).extracting(McpProgress::message).containsExactly("begun", "nearly");
            assertThat(told.get(0).tool()).isEqualTo("echo");
            assertThat(told.get(0).total()).isEqualTo(OptionalDouble.of(10));
            assertThat(told.get(0).context().parent()).isNotEmpty();
        }
    }

    @Test
    void progressExtendsTheTimeOfTheCall() {
        ManualTimer timer = new ManualTimer();
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(2);
        CountDownLatch maySendSecond = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (HttpScript server = HttpScript.stateless().on("tools/call", ask -> {
                    ask.beginEvents().progress(1, "begun");
                    Calls.await(maySendSecond);
                    ask.progress(2, "going on");
                    Calls.await(mayEnd);
                    ask.textEvent("done");
                });
                McpClient client = server.client()
                        .timer(timer)
                        .idleTimeout(Duration.ofSeconds(60))
                        .onProgress(news -> {
                            first.countDown();
                            second.countDown();
                        })
                        .build()) {
            CompletableFuture<AgentResult> run =
                    Calls.agent(client.tools(), "srv_echo", Map.of()).runAsync("Go.");
            Calls.await(first);
            timer.advance(Duration.ofSeconds(40));
            maySendSecond.countDown();
            Calls.await(second);
            timer.advance(Duration.ofSeconds(40)); // 80 s without an answer
            mayEnd.countDown();

            assertThat(run.join().toolCalls().get(0).result().text()).isEqualTo("done");
        }
    }

    @Test
    void aListenerThatThrowsDoesNotEndTheCall() {
        try (HttpScript server = HttpScript.stateless()
                        .on(
                                "tools/call",
                                ask -> ask.beginEvents().progress(1, "x").textEvent("done"));
                McpClient client = server.client()
                        .onProgress(news -> {
                            throw new IllegalStateException("on purpose");
                        })
                        .build()) {
            assertThat(call(client, "srv_echo", Map.of()).text()).isEqualTo("done");
        }
    }

    @Test
    void cancellingTheRunClosesTheStream() {
        CountDownLatch called = new CountDownLatch(1);
        try (HttpScript server = HttpScript.stateless().on("tools/call", ask -> {
                    ask.beginEvents().exchange().hold();
                    called.countDown();
                });
                McpClient client = server.client().build()) {
            Agent agent = Calls.agent(client.tools(), "srv_echo", Map.of());
            CompletableFuture<AgentResult> run = agent.runAsync("Go.");
            Calls.await(called);

            run.cancel(true);

            server.exchange(2).awaitPeerClosed();
            assertThat(server.methods()).containsExactly("server/discover", "tools/list", "tools/call");
        }
    }

    @Test
    void anErrorOfTheServerIsToldToTheModel() {
        try (HttpScript server = HttpScript.stateless()
                        .on("tools/call", ask -> ask.error(200, -32602, "Unknown tool: echo", Map.of()));
                McpClient client = server.client().build()) {
            ToolResult result = call(client, "srv_echo", Map.of());

            assertThat(result.isError()).isTrue();
            assertThat(result.text()).isEqualTo("Error: Unknown tool: echo");
        }
    }

    @Test
    void aResultThatNeedsInputIsAnErrorThatSaysSo() {
        try (HttpScript server = HttpScript.stateless()
                        .on(
                                "tools/call",
                                ask -> ask.result(Map.of(
                                        "resultType",
                                        "input_required",
                                        "inputRequests",
                                        Map.of("a", Map.of("method", "elicitation/create")))));
                McpClient client = server.client().build()) {
            assertThat(call(client, "srv_echo", Map.of()).text())
                    .contains("asks for input (elicitation/create), which this client does not offer");
        }
    }

    @Test
    void aServerThatWantsToGoOnGetsItsStateBack() {
        try (HttpScript server = HttpScript.stateless();
                McpClient client = server.client().build()) {
            server.on("tools/call", ask -> {
                if (ask.params().has("requestState")) {
                    ask.text("state " + ask.params().text("requestState"));
                } else {
                    ask.result(Map.of("resultType", "input_required", "requestState", "s1"));
                }
            });

            assertThat(call(client, "srv_echo", Map.of()).text()).isEqualTo("state s1");
            assertThat(server.requests("tools/call"))
                    .extracting(request -> request.json().integer("id", -1))
                    .doesNotHaveDuplicates()
                    .hasSize(2);
        }
    }

    @Test
    void aServerThatAlwaysWantsToGoOnIsLeft() {
        try (HttpScript server = HttpScript.stateless()
                        .on(
                                "tools/call",
                                ask -> ask.result(Map.of("resultType", "input_required", "requestState", "s1")));
                McpClient client = server.client().build()) {
            assertThat(call(client, "srv_echo", Map.of()).text()).contains("asks for input (again and again)");
            assertThat(server.requests("tools/call")).hasSize(4);
        }
    }

    @Test
    void markedParametersAreRepeatedInHeaders() {
        Map<String, Object> schema = Map.of(
                "type", "object", "properties", Map.of("region", Map.of("type", "string", "x-mcp-header", "Region")));
        try (HttpScript server = HttpScript.stateless()
                        .on(
                                "tools/list",
                                ask -> ask.result(
                                        Map.of("tools", List.of(Map.of("name", "größe", "inputSchema", schema)))));
                McpClient client = server.client().build()) {
            call(client, "srv_gr__e", Map.of("region", " padded "));

            WireRequest sent = server.requests("tools/call").get(0);
            assertThat(sent.header("Mcp-Param-Region")).isEqualTo("=?base64?IHBhZGRlZCA=?=");
            assertThat(sent.header("Mcp-Name")).isEqualTo("=?base64?Z3LDtsOfZQ==?=");
        }
    }

    @Test
    void changesAreListenedFor() {
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch mayChange = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        AtomicInteger lists = new AtomicInteger();
        try (HttpScript server = HttpScript.stateless()
                        .on(
                                "server/discover",
                                ask -> ask.result(Map.of(
                                        "supportedVersions", List.of("2026-07-28"),
                                        "capabilities", Map.of("tools", Map.of("listChanged", true)))))
                        .on(
                                "tools/list",
                                ask -> ask.result(Map.of(
                                        "tools",
                                        List.of(HttpScript.tool("tool" + lists.incrementAndGet())),
                                        "ttlMs",
                                        1_000_000)))
                        .on("subscriptions/listen", ask -> {
                            Map<String, Object> meta = Map.of(
                                    "io.modelcontextprotocol/subscriptionId",
                                    ask.message().integer("id", 0));
                            ask.beginEvents()
                                    .notification("notifications/subscriptions/acknowledged", Map.of("_meta", meta));
                            listening.countDown();
                            Calls.await(mayChange);
                            ask.notification("notifications/tools/list_changed", Map.of("_meta", meta))
                                    .exchange()
                                    .hold();
                        });
                McpClient client =
                        server.client().onToolsChanged(changed::countDown).build()) {
            assertThat(Calls.names(client)).containsExactly("srv_tool1");
            assertThat(Calls.names(client)).containsExactly("srv_tool1"); // it is fresh
            Calls.await(listening);
            mayChange.countDown();
            Calls.await(changed);

            assertThat(Calls.names(client)).containsExactly("srv_tool2");
            assertThat(server.requests("subscriptions/listen")
                            .get(0)
                            .json()
                            .object("params")
                            .get("notifications"))
                    .isEqualTo(Map.of("toolsListChanged", true));
        }
    }

    @Test
    void aServerThatSpeaksOnlyAnotherVersionIsRefused() {
        try (HttpScript server = HttpScript.stateless()
                        .on(
                                "server/discover",
                                ask -> ask.error(
                                        400,
                                        -32022,
                                        "Unsupported protocol version",
                                        Map.of("supported", List.of("2027-01-01"))));
                McpClient client = server.client().build()) {
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(client::tools)
                    .withMessageContaining("speaks version 2027-01-01 of the protocol")
                    .withMessageContaining("2026-07-28, 2025-11-25, 2025-06-18")
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.UNSUPPORTED));
            assertThat(server.methods()).containsExactly("server/discover");
        }
    }

    @Test
    void aListThatIsNotFreshIsReadAgain() {
        try (HttpScript server = HttpScript.stateless()
                        .on(
                                "tools/list",
                                ask -> ask.result(Map.of("tools", List.of(HttpScript.tool("a")), "ttlMs", 0)));
                McpClient client = server.client().build()) {
            assertThat(Calls.names(client)).containsExactly("srv_a");
            assertThat(Calls.names(client)).containsExactly("srv_a");

            assertThat(server.requests("tools/list")).hasSize(2);
        }
    }
}
