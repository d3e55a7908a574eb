package dev.postern.mcp;

import static dev.postern.mcp.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.agent.AgentResult;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the limit for a whole call includes. */
class CallTimeTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    @Test
    void connecting() {
        try (HttpScript server = HttpScript.stateless();
                McpClient client = server.client()
                        .scope(McpScope.RUN)
                        .connectTimeout(Duration.ofHours(1))
                        .callTimeout(Duration.ofMillis(200))
                        .build()) {
            client.tools();
            server.on("server/discover", ask -> ask.exchange().hold());

            assertThat(call(client, "srv_echo", Map.of()).text())
                    .isEqualTo("Error: the time was over before the tool was called; it did not run");
            assertThat(server.methods()).doesNotContain("tools/call");
        }
    }

    @Test
    void goingOnWithAnotherRequest() {
        ManualTimer timer = new ManualTimer();
        CountDownLatch second = new CountDownLatch(1);
        try (HttpScript server = HttpScript.stateless().on("tools/call", ask -> {
                    if (ask.params().has("requestState")) {
                        ask.beginEvents().exchange().hold();
                        second.countDown();
                    } else {
                        timer.advance(Duration.ofSeconds(40));
                        ask.result(Map.of("resultType", "input_required", "requestState", "s1"));
                    }
                });
                McpClient client = server.client()
                        .timer(timer)
                        .idleTimeout(Duration.ZERO)
                        .callTimeout(Duration.ofSeconds(60))
                        .build()) {
            CompletableFuture<AgentResult> run =
                    Calls.agent(client.tools(), "srv_echo", Map.of()).runAsync("Go.");
            Calls.await(second);
            timer.advance(Duration.ofSeconds(40)); // 80 s in all

            assertThat(run)
                    .succeedsWithin(Duration.ofSeconds(30))
                    .extracting(result -> result.toolCalls().get(0).result().text())
                    .isEqualTo("Error: the tool did not answer in time; it may have run");
            server.exchange(3).awaitPeerClosed();
        }
    }
}
