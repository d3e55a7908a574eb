package dev.postern.mcp;

import static dev.postern.mcp.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ToolResult;
import dev.postern.agent.Agent;
import dev.postern.testkit.project.QuietLog;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong over HTTP. */
class HttpFaultTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static final String UNREADABLE = "Error: the answer of the tool cannot be read; it may have run";

    private static ToolResult resultOf(HttpScript.Handler handler) {
        try (HttpScript server = HttpScript.stateless().on("tools/call", handler);
                McpClient client = server.client()
                        .limits(McpLimits.defaults().withMaxMessageBytes(2000))
                        .build()) {
            ToolResult result = call(client, "srv_echo", Map.of());
            assertThat(result.isError()).isTrue();
            assertThat(server.requests("tools/call")).hasSize(1); // never again: it may have run
            return result;
        }
    }

    @Test
    void aCutStreamIsAnErrorThatDoesNotSayThatTheToolDidNotRun() {
        ToolResult cut = resultOf(
                ask -> ask.beginEvents().progress(1, "begun").exchange().close());
        ToolResult ended = resultOf(
                ask -> ask.beginEvents().progress(1, "begun").exchange().lastChunk());

        assertThat(cut.text()).isEqualTo("Error: the connection ended before the tool answered; it may have run");
        assertThat(ended.text()).isEqualTo(cut.text());
    }

    @Test
    void aConnectionThatIsClosedWithoutAnAnswerIsAnError() {
        assertThat(resultOf(ask -> ask.exchange().close()).text())
                .isEqualTo("Error: the connection to the tool failed; it may have run");
    }

    @Test
    void aMessageThatIsTooLargeIsAnError() {
        String large = "x".repeat(3000);
        assertThat(resultOf(ask -> ask.text(large)).text()).isEqualTo(UNREADABLE);
        assertThat(resultOf(ask -> ask.beginEvents().textEvent(large)).text()).isEqualTo(UNREADABLE);
    }

    @Test
    void garbageIsAnError() {
        assertThat(resultOf(ask -> ask.exchange().answer(200, "application/json", "{oops"))
                        .text())
                .isEqualTo(UNREADABLE);
        assertThat(resultOf(ask -> ask.exchange().answer(200, "application/json", "[1]"))
                        .text())
                .isEqualTo(UNREADABLE);
        assertThat(resultOf(ask -> ask.exchange().answer(200, "application/json", "{\"id\":99,\"result\":{}}"))
                        .text())
                .isEqualTo(UNREADABLE);
        assertThat(resultOf(ask -> ask.beginEvents().event("oops").exchange().hold())
                        .text())
                .isEqualTo(UNREADABLE);
        assertThat(resultOf(ask -> ask.exchange().answer(200, "text/html", "<html>"))
                        .text())
                .isEqualTo(UNREADABLE);
        assertThat(resultOf(HttpScript.Ask::accepted).text()).isEqualTo(UNREADABLE);
    }

    @Test
    void theStatusOfAnErrorDecides() {
        assertThat(resultOf(ask -> ask.exchange().answer(503, "text/plain", "busy"))
                        .text())
                .isEqualTo("Error: LlmException[OVERLOADED]");
        assertThat(resultOf(ask -> ask.error(401, -32000, "log in", Map.of())).text())
                .isEqualTo("Error: LlmException[AUTHENTICATION]");
    }

    @Test
    void afterAFaultOfTheServerTheToolMayHaveRun() {
        assertThat(resultOf(ask -> ask.exchange().answer(502, "text/plain", "bad gateway"))
                        .text())
                .isEqualTo("Error: the server of the tool failed; it may have run");
    }

    @Test
    void aCallThatWasNotSentHasNotRun() {
        LlmException refused = new LlmException(Kind.CONNECTION, "Nothing listens.", new ConnectException());
        LlmException broken = new LlmException(Kind.CONNECTION, "It broke.", new IOException());

        assertThat(CallFailureText.of(refused, true)).isEmpty();
        assertThat(CallFailureText.of(broken, false)).isEmpty();
        assertThat(CallFailureText.of(broken, true)).contains("may have run");
        assertThat(CallFailureText.of(new LlmException(Kind.TIMEOUT, "It hung."), false))
                .contains("did not run");
    }

    @Test
    void aSecretIsHiddenThatTheLimitOfAMessageWouldCut() {
        String message = "x".repeat(995) + "secret-token";
        try (HttpScript server =
                        HttpScript.stateless().on("tools/call", ask -> ask.error(400, -32602, message, Map.of()));
                McpClient client = server.client()
                        .authorization(() -> "Bearer secret-token")
                        .build()) {
            assertThat(call(client, "srv_echo", Map.of()).text()).isEqualTo("Error: " + "x".repeat(995) + "***");
        }
    }

    @Test
    void anErrorInsideTheClientFailsTheCall() {
        BreakingTimer timer = new BreakingTimer();
        try (HttpScript server = HttpScript.stateless();
                McpClient client = server.client().timer(timer).build()) {
            Agent agent = Calls.agent(client.tools(), "srv_echo", Map.of());
            timer.breaks = true;

            assertThat(agent.runAsync("Go."))
                    .succeedsWithin(Duration.ofSeconds(30))
                    .satisfies(run -> assertThat(run.toolCalls().get(0).result().isError())
                            .isTrue());
            timer.breaks = false;
        }
    }

    @Test
    void silenceEndsTheCall() {
        try (HttpScript server = HttpScript.stateless()
                        .on("tools/call", ask -> ask.beginEvents().exchange().hold());
                McpClient client =
                        server.client().idleTimeout(Duration.ofMillis(50)).build()) {
            ToolResult result = call(client, "srv_echo", Map.of());

            assertThat(result.text()).isEqualTo("Error: the tool did not answer in time; it may have run");
            server.exchange(2).awaitPeerClosed();
        }
    }

    @Test
    void progressIsNoSilenceButTheWholeCallHasALimit() {
        CountDownLatch over = new CountDownLatch(1);
        try (HttpScript server = HttpScript.stateless().on("tools/call", ask -> {
                    ask.beginEvents();
                    while (over.getCount() > 0) {
                        ask.progress(1, "still there");
                    }
                });
                McpClient client = server.client()
                        .idleTimeout(Duration.ofSeconds(30))
                        .callTimeout(Duration.ofMillis(200))
                        .build()) {
            ToolResult result = call(client, "srv_echo", Map.of());
            over.countDown();

            assertThat(result.text()).isEqualTo("Error: the tool did not answer in time; it may have run");
        }
    }

    @Test
    void anOlderServerIsToldOfATimeout() {
        CountDownLatch told = new CountDownLatch(1);
        try (HttpScript server = HttpScript.older("2025-06-18")
                        .on("tools/call", ask -> ask.exchange().hold())
                        .on("notifications/cancelled", ask -> {
                            ask.accepted();
                            told.countDown();
                        });
                McpClient client =
                        server.client().idleTimeout(Duration.ofMillis(50)).build()) {
            call(client, "srv_echo", Map.of());

            Calls.await(told);
        }
    }

    @ParameterizedTest
    @CsvSource({"401, AUTHENTICATION", "403, PERMISSION", "429, RATE_LIMITED", "503, OVERLOADED", "307, CONFIGURATION"})
    void aRefusalThatSaysNothingOfTheProtocolIsReported(int status, Kind kind) {
        try (HttpScript server = HttpScript.older("2025-11-25")
                        .on("server/discover", ask -> ask.exchange().answer(status, "text/plain", "no secret-token"));
                McpClient client = server.client()
                        .authorization(() -> "Bearer secret-token")
                        .build()) {
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(client::tools)
                    .withMessageContaining("The MCP server 'srv' at " + server.uri()
                            + " answered server/discover with status " + status)
                    .withMessageNotContaining("secret-token")
                    .satisfies(failure -> {
                        assertThat(failure.kind()).isEqualTo(kind);
                        assertThat(failure.status()).hasValue(status);
                        assertThat(failure.backend()).isEqualTo("srv");
                    });
            assertThat(server.methods()).containsExactly("server/discover");
        }
    }

    @Test
    void anAddressWithoutAServerIsReportedAndTriedAgain() {
        try (McpClient client =
                McpClient.http(URI.create("http://127.0.0.1:1/mcp")).build()) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatExceptionOfType(LlmException.class)
                        .isThrownBy(client::tools)
                        .withMessageContaining("Nothing listens at")
                        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.CONNECTION));
            }
        }
    }

    @Test
    void anAuthorizationThatFailsIsReported() {
        try (HttpScript server = HttpScript.stateless();
                McpClient client = server.client()
                        .authorization(() -> {
                            throw new IllegalStateException("on purpose");
                        })
                        .build()) {
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(client::tools)
                    .withMessageContaining("its supplier failed with java.lang.IllegalStateException")
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.CONFIGURATION));
        }
    }

    @Test
    void aServerThatHangsAtTheBeginningIsATimeout() {
        try (HttpScript server = HttpScript.stateless()
                        .on("server/discover", ask -> ask.exchange().hold());
                McpClient client =
                        server.client().connectTimeout(Duration.ofMillis(50)).build()) {
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(client::tools)
                    .withMessage("The MCP server 'srv' did not finish server/discover within 50 ms.")
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT));
        }
    }

    @Test
    void callsAfterCloseFail() {
        try (HttpScript server = HttpScript.stateless()) {
            McpClient client = server.client().build();
            var tools = client.tools();
            client.close();

            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(client::serverInfo)
                    .withMessageContaining("is closed; build a new one");
            assertThat(Calls.agent(tools, "srv_echo", Map.of())
                            .run("Go.")
                            .toolCalls()
                            .get(0)
                            .result()
                            .isError())
                    .isTrue();
        }
    }
}
