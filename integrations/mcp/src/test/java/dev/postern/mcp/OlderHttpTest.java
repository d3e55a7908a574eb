package dev.postern.mcp;

import static dev.postern.mcp.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.agent.Agent;
import dev.postern.agent.AgentResult;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.testkit.WireRequest;
import dev.postern.testkit.project.QuietLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers with a handshake and with sessions. */
class OlderHttpTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    @ParameterizedTest
    @ValueSource(strings = {"2025-11-25", "2025-06-18"})
    void theHandshakeBeginsASessionThatCloseEnds(String version) {
        try (HttpScript server = HttpScript.older(version)) {
            try (McpClient client = server.client().build()) {
                assertThat(call(client, "srv_echo", Map.of("say", "hello")).text())
                        .isEqualTo("you said hello");
                assertThat(client.serverInfo()).isEqualTo(new McpServerInfo("script", "7", version, ""));
            }

            assertThat(server.methods())
                    .containsExactly(
                            "server/discover",
                            "initialize",
                            "notifications/initialized",
                            "tools/list",
                            "tools/call",
                            "DELETE");
            WireRequest first = server.requests("initialize").get(0);
            assertThat(first.header("MCP-Protocol-Version")).isEmpty();
            assertThat(first.json().object("params").text("protocolVersion")).isEqualTo("2025-11-25");
            assertThat(first.json().object("params").get("capabilities")).isEqualTo(Map.of());
            for (String later : List.of("notifications/initialized", "tools/list", "tools/call", "DELETE")) {
                WireRequest sent = server.requests(later).get(0);
                assertThat(sent.header("MCP-Protocol-Version")).as(later).isEqualTo(version);
                assertThat(sent.header("Mcp-Session-Id")).as(later).isEqualTo(HttpScript.SESSION);
                assertThat(sent.header("Mcp-Method")).as(later).isEmpty();
            }
            JsonObject params = server.requests("tools/call").get(0).json().object("params");
            assertThat(params.object("_meta").names()).containsExactly("progressToken");
        }
    }

    @Test
    void aVersionThatIsSetSavesTheFirstRequest() {
        try (HttpScript server = HttpScript.older("2025-06-18");
                McpClient client = server.client().protocol("2025-06-18").build()) {
            assertThat(Calls.names(client)).containsExactly("srv_echo");

            assertThat(server.methods()).startsWith("initialize");
            assertThat(server.requests("initialize")
                            .get(0)
                            .json()
                            .object("params")
                            .text("protocolVersion"))
                    .isEqualTo("2025-06-18");
        }
    }

    @Test
    void aServerThatNamesItsOlderVersionGetsAHandshake() {
        try (HttpScript server = HttpScript.older("2025-11-25")
                        .on(
                                "server/discover",
                                ask -> ask.error(
                                        400,
                                        -32022,
                                        "Unsupported",
                                        Map.of("supported", List.of("2025-11-25", "2025-06-18"))));
                McpClient client = server.client().build()) {
            assertThat(Calls.names(client)).containsExactly("srv_echo");
        }
    }

    @Test
    void aServerOfAnEvenOlderVersionIsRefused() {
        try (HttpScript server = HttpScript.older("2024-11-05");
                McpClient client = server.client().build()) {
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(client::tools)
                    .withMessageContaining("speaks version 2024-11-05 of the protocol")
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.UNSUPPORTED));
        }
    }

    @Test
    void aForgottenSessionIsBegunAgainAndTheCallIsSentOnceMore() {
        AtomicInteger sessions = new AtomicInteger();
        try (HttpScript server = HttpScript.older("2025-11-25");
                McpClient client = server.client().build()) {
            server.on(
                    "initialize",
                    ask -> ask.result(
                            Map.of("protocolVersion", "2025-11-25", "capabilities", Map.of("tools", Map.of())),
                            "Mcp-Session-Id: s" + sessions.incrementAndGet()));
            server.on("tools/call", ask -> {
                if (ask.exchange().request().header("Mcp-Session-Id").equals("s1")) {
                    ask.error(404, -32001, "Session not found", Map.of());
                } else {
                    ask.text("again");
                }
            });

            assertThat(call(client, "srv_echo", Map.of()).text()).isEqualTo("again");
            assertThat(server.requests("tools/call")).hasSize(2);
            assertThat(server.requests("initialize")).hasSize(2);
            assertThat(server.requests("server/discover")).hasSize(1); // the version is known
        }
    }

    @Test
    void aServerThatForgetsEachSessionFailsTheCall() {
        try (HttpScript server = HttpScript.older("2025-11-25")
                        .on("tools/call", ask -> ask.error(404, -32001, "Session not found", Map.of()));
                McpClient client = server.client().build()) {
            assertThat(call(client, "srv_echo", Map.of()).isError()).isTrue();
            assertThat(server.requests("tools/call")).hasSize(2);
        }
    }

    @Test
    void aForgottenSessionIsBegunAgainForTheList() {
        AtomicInteger lists = new AtomicInteger();
        try (HttpScript server = HttpScript.older("2025-11-25").on("tools/list", ask -> {
                    if (lists.incrementAndGet() == 1) {
                        ask.error(404, -32001, "Session not found", Map.of());
                    } else {
                        ask.result(Map.of("tools", List.of(HttpScript.tool("a"))));
                    }
                });
                McpClient client = server.client().build()) {
            assertThat(Calls.names(client)).containsExactly("srv_a");
        }
    }

    @Test
    void cancellingTheRunIsToldToTheServer() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        try (HttpScript server = HttpScript.older("2025-11-25")
                        .on("tools/call", ask -> {
                            ask.beginEvents().exchange().hold();
                            called.countDown();
                        })
                        .on("notifications/cancelled", ask -> {
                            ask.accepted();
                            told.countDown();
                        });
                McpClient client = server.client().build()) {
            Agent agent = Calls.agent(client.tools(), "srv_echo", Map.of());
            CompletableFuture<AgentResult> run = agent.runAsync("Go.");
            Calls.await(called);

            run.cancel(true);
            Calls.await(told);

            long id = server.requests("tools/call").get(0).json().integer("id", -1);
            JsonObject params =
                    server.requests("notifications/cancelled").get(0).json().object("params");
            assertThat(params.integer("requestId", -2)).isEqualTo(id);
            assertThat(params.text("reason")).isNotEmpty();
        }
    }

    @Test
    void aPingIsAnsweredAndOtherRequestsAreRefused() {
        CountDownLatch answered = new CountDownLatch(2);
        try (HttpScript server = HttpScript.older("2025-11-25")
                        .on(
                                "",
                                ask -> { // an answer has no method
                                    ask.accepted();
                                    answered.countDown();
                                })
                        .on("tools/call", ask -> {
                            ask.beginEvents()
                                    .event(Json.text(Map.of("jsonrpc", "2.0", "id", "p1", "method", "ping")))
                                    .event(Json.text(
                                            Map.of("jsonrpc", "2.0", "id", 5, "method", "sampling/createMessage")));
                            Calls.await(answered);
                            ask.textEvent("done");
                        });
                McpClient client = server.client().build()) {
            assertThat(call(client, "srv_echo", Map.of()).text()).isEqualTo("done");

            List<JsonObject> answers = new ArrayList<>();
            server.requests("").forEach(request -> answers.add(request.json()));
            assertThat(answers).anySatisfy(answer -> {
                assertThat(answer.text("id")).isEqualTo("p1");
                assertThat(answer.get("result")).isEqualTo(Map.of());
            });
            assertThat(answers).anySatisfy(answer -> {
                assertThat(answer.integer("id", -1)).isEqualTo(5);
                assertThat(answer.object("error").integer("code", 0)).isEqualTo(-32601);
            });
        }
    }

    @Test
    void changesComeOnAStreamOfTheirOwn() {
        CountDownLatch mayChange = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        AtomicInteger lists = new AtomicInteger();
        try (HttpScript server = HttpScript.older("2025-11-25")
                        .on(
                                "initialize",
                                ask -> ask.result(Map.of(
                                        "protocolVersion",
                                        "2025-11-25",
                                        "capabilities",
                                        Map.of("tools", Map.of("listChanged", true)))))
                        .on(
                                "tools/list",
                                ask -> ask.result(
                                        Map.of("tools", List.of(HttpScript.tool("tool" + lists.incrementAndGet())))))
                        .on("GET", ask -> {
                            ask.beginEvents();
                            Calls.await(mayChange);
                            ask.notification("notifications/tools/list_changed", Map.of())
                                    .exchange()
                                    .hold();
                        });
                McpClient client =
                        server.client().onToolsChanged(changed::countDown).build()) {
            assertThat(Calls.names(client)).containsExactly("srv_tool1");
            mayChange.countDown();
            Calls.await(changed);

            assertThat(Calls.names(client)).containsExactly("srv_tool2");
            assertThat(server.requests("GET").get(0).header("Accept")).isEqualTo("text/event-stream");
        }
    }

    @Test
    void nobodyListensIfTheServerAnnouncesNothingOrIfItIsNotWanted() {
        Map<String, Object> announces =
                Map.of("protocolVersion", "2025-11-25", "capabilities", Map.of("tools", Map.of("listChanged", true)));
        try (HttpScript silent = HttpScript.older("2025-11-25");
                HttpScript announcing = HttpScript.older("2025-11-25").on("initialize", ask -> ask.result(announces));
                McpClient first = silent.client().build();
                McpClient second = announcing.client().listen(false).build()) {
            call(first, "srv_echo", Map.of());
            call(second, "srv_echo", Map.of());

            assertThat(silent.methods()).doesNotContain("GET");
            assertThat(announcing.methods()).doesNotContain("GET");
        }
    }
}
