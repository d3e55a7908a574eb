package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.agent.AgentSpec;
import dev.postern.server.http.Limits;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that closes its connection ends its request at once. Nothing is written that could tell the server later. */
class ClientGoneTest {
    private static final Limits SILENT = Limits.defaults().withSilence(Duration.ofHours(1), Duration.ofHours(1));

    private final FakeBackend main = new FakeBackend("main");
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CompletableFuture<CompletionResponse> never = new CompletableFuture<>();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final TestServer served = TestServer.withAgents(
            SILENT, agents -> agents.spec(AgentSpec.builder("helper").build()), main);

    ClientGoneTest() {
        main.answer = request -> {
            asked.countDown();
            return never;
        };
        var unused = never.whenComplete((answer, thrown) -> cancelled.countDown());
    }

    @AfterEach
    void close() {
        served.close();
    }

    private void assertCancelled() throws InterruptedException {
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(never).isCancelled();
    }

    @Test
    void whileAWholeAnswerIsAwaited() throws Exception {
        try (RawClient client = served.client()) {
            client.request("POST", COMPLETIONS, HELLO);
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertCancelled();
    }

    @Test
    void whileAStreamHasNoEvent() throws Exception {
        FakeBackend.OpenStream stream;
        try (RawClient client = served.client()) {
            client.request("POST", STREAM, HELLO);
            stream = main.stream();
        }
        stream.cancelled.get(10, TimeUnit.SECONDS);
    }

    @Test
    void betweenTheEventsOfAStream() throws Exception {
        FakeBackend.OpenStream stream;
        try (RawClient client = served.client()) {
            client.request("POST", STREAM, HELLO);
            stream = main.stream().emit("one");
            client.headers();
        }
        stream.cancelled.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whileTheResultOfARunIsAwaited() throws Exception {
        try (RawClient client = served.client()) {
            client.request("POST", "/api/v1/agents/helper/chat", "{\"message\":\"Hi\"}");
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertCancelled();
    }
}
