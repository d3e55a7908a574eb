package dev.postern.mcp;

import static dev.postern.mcp.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Content;
import dev.postern.agent.AgentResult;
import dev.postern.testkit.project.QuietLog;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers of the official SDK for TypeScript: one of the newest version of the protocol, and one with sessions. */
@Tag("full")
class TypeScriptSdkTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private final CountDownLatch half = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch changed = new CountDownLatch(1);

    private McpClient watched(McpClientBuilder builder) {
        return builder.toolsFreshFor(Duration.ZERO)
                .onProgress(news -> {
                    if (news.message().equals("half")) {
                        half.countDown();
                    } else if (news.message().equals("begun")) {
                        begun.countDown();
                    }
                })
                .onToolsChanged(changed::countDown)
                .build();
    }

    private void assertTools(McpClient client, String version, String protocol) {
        assertThat(client.serverInfo()).isEqualTo(new McpServerInfo("typescript-sdk", version, protocol, ""));
        assertThat(Calls.names(client)).startsWith("ts_echo", "ts_fail", "ts_mixed", "ts_structured", "ts_slow");
        assertThat(call(client, "ts_echo", Map.of("say", "grüße")).text()).isEqualTo("you said grüße");
        assertThat(call(client, "ts_fail", Map.of()).isError()).isTrue();
        assertThat(call(client, "ts_mixed", Map.of()).content())
                .containsExactly(
                        Content.text("mixed"),
                        new Content.Image("image/png", "AAAA", ""),
                        Content.text("[link to a resource: file:///a.txt, a.txt]"));
        assertThat(call(client, "ts_structured", Map.of()).text()).isEqualTo("{\"degrees\":21.5}");
        assertThat(call(client, "ts_slow", Map.of()).text()).isEqualTo("done");
        Calls.await(half);
        assertCancel(client);
        assertThat(call(client, "ts_change", Map.of()).text()).isEqualTo("changed");
        Calls.await(changed);
        assertThat(Calls.names(client)).contains("ts_added");
    }

    /** The server hears of the cancel, and then has another tool. */
    private void assertCancel(McpClient client) {
        CompletableFuture<AgentResult> run =
                Calls.agent(client.tools(), "ts_wait", Map.of()).runAsync("Go.");
        Calls.await(begun);
        run.cancel(true);

        boolean isCancelled = false;
        for (int look = 0; look < 1000 && !isCancelled; look++) {
            isCancelled = Calls.names(client).contains("ts_was_cancelled");
        }
        assertThat(isCancelled).isTrue();
    }

    @Test
    void aProcessOfTheNewestVersion() {
        try (McpClient client = watched(NodeServer.process("modern"))) {
            assertTools(client, "2", "2026-07-28");
        }
    }

    @Test
    void httpOfTheNewestVersion() throws Exception {
        try (NodeServer server = NodeServer.start("modern");
                McpClient client = watched(server.client())) {
            assertTools(client, "2", "2026-07-28");
        }
    }

    @Test
    void theNewestServerInTheVersionBefore() throws Exception {
        try (NodeServer server = NodeServer.start("modern");
                McpClient client = server.client().protocol("2025-11-25").build()) {
            assertThat(call(client, "ts_echo", Map.of("say", "hello")).text()).isEqualTo("you said hello");
            assertThat(client.serverInfo().protocol()).isEqualTo("2025-11-25");
        }
    }

    @Test
    void aProcessWithAHandshake() {
        try (McpClient client = watched(NodeServer.process("older"))) {
            assertTools(client, "1", "2025-11-25");
        }
    }

    @Test
    void httpWithSessions() throws Exception {
        try (NodeServer server = NodeServer.start("older");
                McpClient client = watched(server.client())) {
            assertTools(client, "1", "2025-11-25");

            assertThat(call(client, "ts_forget", Map.of()).text()).isEqualTo("forgotten");
            assertThat(call(client, "ts_echo", Map.of("say", "again")).text()).isEqualTo("you said again");
        }
    }
}
