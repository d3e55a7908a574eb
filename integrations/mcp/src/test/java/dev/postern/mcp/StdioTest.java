package dev.postern.mcp;

import static dev.postern.mcp.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.agent.AgentResult;
import dev.postern.agent.Tool;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.testkit.project.CapturedLog;
import dev.postern.testkit.project.QuietLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are processes. */
class StdioTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static Map<String, String> what(String value) {
        return Map.of("what", value);
    }

    /** The processes that this one has started and that still run. */
    private static List<ProcessHandle> children() {
        return ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList();
    }

    @Test
    void aServerOfTheNewestVersionIsUsed() {
        List<McpProgress> told = new CopyOnWriteArrayList<>();
        CountDownLatch changed = new CountDownLatch(1);
        try (McpClient client = StdioScript.client("stateless")
                .onProgress(told::add)
                .onToolsChanged(changed::countDown)
                .build()) {
            assertThat(Calls.names(client)).containsExactly("srv_do");
            assertThat(call(client, "srv_do", what("methods")).text())
                    .startsWith("server/discover ")
                    .contains("subscriptions/listen", "tools/list", "tools/call");
            assertThat(call(client, "srv_do", what("progress")).text()).isEqualTo("done");
            assertThat(told).extracting(McpProgress::message).containsExactly("half");
            assertThat(call(client, "srv_do", what("change")).text()).isEqualTo("changed");
            Calls.await(changed);
            assertThat(client.serverInfo().protocol()).isEqualTo("2026-07-28");
        }
    }

    @Test
    void anOlderServerGetsAHandshake() {
        try (McpClient client = StdioScript.client("older").build()) {
            assertThat(call(client, "srv_do", what("methods")).text())
                    .isEqualTo("server/discover initialize notifications/initialized tools/list tools/call");
            assertThat(client.serverInfo().protocol()).isEqualTo("2025-06-18");
        }
    }

    @Test
    void aServerThatIsSilentOrEndsWhenItIsAskedGetsAHandshake() {
        try (McpClient silent = StdioScript.client("older-silent")
                        .probeTimeout(Duration.ofMillis(100))
                        .build();
                McpClient strict = StdioScript.client("older-strict").build()) {
            assertThat(call(silent, "srv_do", what("methods")).text())
                    .isEqualTo("server/discover initialize notifications/initialized tools/list tools/call");
            assertThat(call(strict, "srv_do", what("methods")).text())
                    .isEqualTo("initialize notifications/initialized tools/list tools/call");
        }
    }

    @Test
    void aProcessThatDiesFailsItsCallAndIsStartedAgain() {
        try (CapturedLog log = CapturedLog.of("dev.postern.agent");
                McpClient client = StdioScript.client("stateless")
                        .environment("KEY", "secret-value")
                        .build()) {
            assertThat(call(client, "srv_do", what("die")).text())
                    .isEqualTo("Error: the connection to the tool failed; it may have run");
            log.await(1, "a tool failed");
            assertThat(log.records(Level.INFO).get(0).getThrown())
                    .cause()
                    .hasMessage(
                            "The process of the MCP server 'srv' ended with status 7; it wrote 'out of luck, ***'.");

            assertThat(call(client, "srv_do", what("progress")).text()).isEqualTo("done");
        }
    }

    @Test
    void cancellingTheRunIsToldToTheServer() {
        for (String mode : List.of("stateless", "older")) {
            CountDownLatch begun = new CountDownLatch(1);
            try (McpClient client = StdioScript.client(mode)
                    .onProgress(news -> begun.countDown())
                    .build()) {
                CompletableFuture<AgentResult> run =
                        Calls.agent(client.tools(), "srv_do", what("wait")).runAsync("Go.");
                Calls.await(begun);

                run.cancel(true);

                String methods = "";
                for (int look = 0; look < 1000 && !methods.contains("notifications/cancelled"); look++) {
                    methods = call(client, "srv_do", what("methods")).text();
                }
                assertThat(methods).contains("tools/call notifications/cancelled");
            }
        }
    }

    @Test
    void linesThatAreNoMessagesAreSkipped() {
        try (CapturedLog log = CapturedLog.of("dev.postern.mcp");
                McpClient client = StdioScript.client("chatty").build()) {
            assertThat(Calls.names(client)).containsExactly("srv_do");
            log.await(1, "wrote a line that is no message, which is skipped: 'Welcome to the server!'");
        }
    }

    @Test
    void aMessageThatIsTooLargeEndsTheConnection() {
        try (McpClient client = StdioScript.client("stateless")
                .limits(McpLimits.defaults().withMaxMessageBytes(50_000))
                .build()) {
            assertThat(call(client, "srv_do", what("huge")).text())
                    .isEqualTo("Error: the answer of the tool cannot be read; it may have run");
            assertThat(call(client, "srv_do", what("progress")).text()).isEqualTo("done"); // another process
        }
    }

    @Test
    void theEnvironmentHasOnlyWhatIsNeededAndWhatIsGiven() {
        try (McpClient client =
                StdioScript.client("stateless").environment("MY_SETTING", "on").build()) {
            JsonObject environment =
                    Json.object(call(client, "srv_do", what("environment")).text());

            assertThat(environment.text("MY_SETTING")).isEqualTo("on");
            assertThat(environment.has("PATH") || environment.has("Path")).isTrue();
            assertThat(environment.names())
                    .doesNotContain("JAVA_TOOL_OPTIONS", "MAVEN_OPTS", "JAVA_HOME", "MAVEN_CMD_LINE_ARGS");
        }
    }

    @Test
    void closeEndsTheProcessAlsoOneThatDoesNotListen(@TempDir Path folder) throws Exception {
        for (String mode : List.of("stateless", "stubborn")) {
            List<ProcessHandle> before = children();
            McpClient client = StdioScript.client(mode).directory(folder).build();
            client.tools();
            List<ProcessHandle> started =
                    children().stream().filter(child -> !before.contains(child)).toList();
            assertThat(started).isNotEmpty();

            client.close();

            for (ProcessHandle process : started) {
                process.onExit().get(30, TimeUnit.SECONDS);
            }
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(client::tools)
                    .withMessageContaining("is closed");
        }
    }

    @Test
    void closeDuringTheHandshakeEndsTheProcess() throws Exception {
        List<ProcessHandle> before = children();
        McpClient client = StdioScript.client("older-silent")
                .probeTimeout(Duration.ofHours(1))
                .build();
        CompletableFuture<List<Tool>> waiting = client.toolsAsync();
        List<ProcessHandle> started =
                children().stream().filter(child -> !before.contains(child)).toList();
        assertThat(started).hasSize(1);

        client.close();

        assertThat(waiting).failsWithin(Duration.ofSeconds(30));
        started.get(0).onExit().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aListenerThatThrowsAnErrorDoesNotEndTheConnection() {
        try (CapturedLog log = CapturedLog.of("dev.postern.mcp");
                McpClient client = StdioScript.client("stateless")
                        .onProgress(news -> {
                            throw new AssertionError("on purpose");
                        })
                        .onToolsChanged(() -> {
                            throw new AssertionError("on purpose");
                        })
                        .build()) {
            assertThat(call(client, "srv_do", what("progress")).text()).isEqualTo("done");
            log.await(1, "The listener for progress ");
            assertThat(call(client, "srv_do", what("change")).text()).isEqualTo("changed");
            log.await(1, "The listener for changed tools ");
            assertThat(call(client, "srv_do", what("progress")).text()).isEqualTo("done");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theEndOfAProcessIsSeenAlthoughAnotherOneHasItsOutput() {
        List<String> command = List.of("sh", "-c", "sleep 600 & echo $! >&2; exit 3");
        McpClientBuilder builder = McpClient.stdio(command).protocol("2025-11-25");
        try (McpClient client = builder.connectTimeout(Duration.ofHours(1)).build()) {
            CompletableFuture<List<Tool>> tools = client.toolsAsync();

            assertThat(tools)
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .withMessageContaining("ended with status 3; it wrote '");
            String message = tools.handle((list, thrown) -> thrown.getMessage()).join();
            ProcessHandle.of(Long.parseLong(message.replaceAll(".*wrote '(\\d+)'.*", "$1")))
                    .ifPresent(ProcessHandle::destroy);
        }
    }

    @Test
    void aProgramThatDoesNotExistIsReported() {
        try (McpClient client =
                McpClient.stdio("no-such-program-of-postern", "secret-argument").build()) {
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(client::tools)
                    .withMessage(
                            "The program of the MCP server 'mcp', no-such-program-of-postern, cannot be started; check the"
                                    + " command and its directory.")
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.CONFIGURATION));
        }
    }
}
