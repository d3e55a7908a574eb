package dev.postern.mcp;

import static dev.postern.mcp.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.agent.AgentResult;
import dev.postern.json.Json;
import dev.postern.testkit.WireExchange;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Streams that announce changes: their gaps and their ends. */
class ListeningTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    private final AtomicInteger streams = new AtomicInteger();

    private static Map<String, Object> announcing() {
        return Map.of("tools", Map.of("listChanged", true));
    }

    private static HttpScript older() {
        return HttpScript.older("2025-11-25")
                .on(
                        "initialize",
                        ask -> ask.result(
                                Map.of("protocolVersion", "2025-11-25", "capabilities", announcing()),
                                "Mcp-Session-Id: " + HttpScript.SESSION));
    }

    private void assertChange() throws InterruptedException {
        assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo("changed");
    }

    @Test
    void changesOfAGapAreSignalledWhenTheNextStreamIsOpen() throws Exception {
        ManualTimer timer = new ManualTimer();
        try (HttpScript server = older().on("GET", ask -> {
                    boolean first = streams.incrementAndGet() == 1;
                    ask.beginEvents();
                    if (first) {
                        ask.exchange().lastChunk();
                    } else {
                        ask.exchange().hold();
                    }
                });
                McpClient client = server.client()
                        .timer(timer)
                        .onToolsChanged(() -> changes.add("changed"))
                        .build()) {
            client.tools();
            assertChange(); // the stream ended
            timer.awaitPending(1);
            timer.advance(Duration.ofMinutes(1));

            assertChange(); // the next one is open
            assertThat(streams).hasValue(2);
        }
    }

    @Test
    void theSameHoldsForASubscription() throws Exception {
        ManualTimer timer = new ManualTimer();
        try (HttpScript server = HttpScript.stateless()
                        .on(
                                "server/discover",
                                ask -> ask.result(Map.of(
                                        "supportedVersions", List.of("2026-07-28"), "capabilities", announcing())))
                        .on("subscriptions/listen", ask -> {
                            Map<String, Object> meta = Map.of(
                                    "io.modelcontextprotocol/subscriptionId",
                                    ask.message().integer("id", 0));
                            ask.beginEvents()
                                    .notification("notifications/subscriptions/acknowledged", Map.of("_meta", meta));
                            if (streams.incrementAndGet() == 1) {
                                ask.exchange().lastChunk();
                            } else {
                                ask.exchange().hold();
                            }
                        });
                McpClient client = server.client()
                        .timer(timer)
                        .onToolsChanged(() -> changes.add("changed"))
                        .build()) {
            client.tools();
            assertChange();
            timer.awaitPending(1);
            timer.advance(Duration.ofMinutes(1));

            assertChange();
            assertThat(streams).hasValue(2);
        }
    }

    @Test
    void aReplacedSessionClosesItsStreamAndTheNextOneSignalsChanges() throws Exception {
        CompletableFuture<WireExchange> first = new CompletableFuture<>();
        AtomicInteger calls = new AtomicInteger();
        try (HttpScript server = older().on("GET", ask -> {
                            ask.beginEvents().exchange().hold();
                            first.complete(ask.exchange());
                        })
                        .on("tools/call", ask -> {
                            if (calls.incrementAndGet() == 1) {
                                ask.error(404, -32001, "Session not found", Map.of());
                            } else {
                                ask.text("again");
                            }
                        });
                McpClient client = server.client()
                        .onToolsChanged(() -> changes.add("changed"))
                        .build()) {
            client.tools();
            WireExchange stream = first.get(30, TimeUnit.SECONDS);

            assertThat(call(client, "srv_echo", Map.of()).text()).isEqualTo("again");

            stream.awaitPeerClosed();
            assertChange();
        }
    }

    @Test
    void anAnswerOnAnotherStreamEndsTheExchangeOfItsRequest() {
        AtomicLong id = new AtomicLong();
        CountDownLatch called = new CountDownLatch(1);
        CompletableFuture<WireExchange> exchange = new CompletableFuture<>();
        Map<String, Object> result = Map.of("content", List.of(Map.of("type", "text", "text", "elsewhere")));
        try (HttpScript server = older().on("GET", ask -> {
                            ask.beginEvents();
                            Calls.await(called);
                            ask.event(Json.text(Map.of("jsonrpc", "2.0", "id", id.get(), "result", result)))
                                    .exchange()
                                    .hold();
                        })
                        .on("tools/call", ask -> {
                            ask.beginEvents().exchange().hold();
                            id.set(ask.message().integer("id", 0));
                            exchange.complete(ask.exchange());
                            called.countDown();
                        });
                McpClient client = server.client().build()) {
            assertThat(call(client, "srv_echo", Map.of()).text()).isEqualTo("elsewhere");

            exchange.join().awaitPeerClosed();
        }
    }

    @Test
    void aCancelIsToldAlthoughTheServerKeepsAllOtherMessagesWaiting() {
        int pings = 32;
        CountDownLatch answers = new CountDownLatch(pings);
        CountDownLatch told = new CountDownLatch(1);
        try (HttpScript server = HttpScript.older("2025-11-25")
                        .on(
                                "",
                                ask -> { // an answer has no method
                                    ask.exchange().hold();
                                    answers.countDown();
                                })
                        .on("tools/call", ask -> {
                            ask.beginEvents();
                            for (int ping = 0; ping < pings; ping++) {
                                ask.event(Json.text(Map.of("jsonrpc", "2.0", "id", "p" + ping, "method", "ping")));
                            }
                            ask.exchange().hold();
                        })
                        .on("notifications/cancelled", ask -> {
                            ask.accepted();
                            told.countDown();
                        });
                McpClient client = server.client().build()) {
            CompletableFuture<AgentResult> run =
                    Calls.agent(client.tools(), "srv_echo", Map.of()).runAsync("Go.");
            Calls.await(answers);

            run.cancel(true);

            Calls.await(told);
        }
    }
}
