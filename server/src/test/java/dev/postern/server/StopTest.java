package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.agent.AgentSpec;
import dev.postern.server.http.Limits;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StopTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final FakeBackend main = new FakeBackend("main");
    private final TestServer served = TestServer.of(main);

    @AfterEach
    void close() {
        served.close();
    }

    private CompletableFuture<Void> stop(Duration grace) {
        return CompletableFuture.runAsync(() -> served.server.stop(grace), task -> new Thread(task).start());
    }

    @Test
    void runningRequestsCompleteAndNewOnesAreRefused() throws Exception {
        try (RawClient running = served.client();
                RawClient idle = served.client()) {
            running.request("POST", STREAM, HELLO);
            FakeBackend.OpenStream stream = main.stream().emit("one");
            assertThat(idle.request("GET", "/healthz", "").answer().status()).isEqualTo(200);

            CompletableFuture<Void> stopped = stop(LONG);
            awaitRefusal(idle);
            awaitClosedPort();
            assertThat(stopped).isNotDone();

            stream.emit(FakeBackend.stop()).complete();
            RawClient.Answer answer = running.answer();
            assertThat(answer.whole()).isTrue();
            assertThat(answer.body()).contains("one").contains("message_stop");
            stopped.get(30, TimeUnit.SECONDS);
        }
    }

    /** Waits until a request on an open connection gets a 503, which means that the stop has begun. */
    private static void awaitRefusal(RawClient client) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        RawClient.Answer answer = client.request("GET", "/healthz", "").answer();
        while (answer.status() == 200) {
            pause(deadline, "the server still accepts requests");
            answer = client.request("GET", "/healthz", "").answer();
        }
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Connection")).isEqualTo("close");
        assertThat(answer.body()).contains("shutting down");
    }

    /** New connections get a 503, too, until the port is closed, which is shortly after the stop has begun. */
    private void awaitClosedPort() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (isPortOpen()) {
            pause(deadline, "the port is still open");
        }
    }

    private boolean isPortOpen() {
        try {
            assertThat(served.get("/healthz").status()).isEqualTo(503);
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) { // the port was closed after the connection was made and before the answer
            return true;
        }
    }

    private static void pause(long deadline, String state) throws InterruptedException {
        if (System.nanoTime() - deadline > 0) {
            throw new AssertionError(state);
        }
        Thread.sleep(10);
    }

    @Test
    void anIdleServerStopsWithoutWaiting() throws Exception {
        try (RawClient idle = served.client()) {
            assertThat(idle.request("GET", "/healthz", "").answer().status()).isEqualTo(200);
            stop(LONG).get(30, TimeUnit.SECONDS);
            assertThat(idle.rest()).isEmpty();
        }
    }

    @Test
    void aServerStopsWithoutWaitingAfterAFailedStream() throws Exception {
        try (RawClient client = served.client()) {
            client.request("POST", STREAM, HELLO);
            main.stream().emit("one").fail(new dev.postern.LlmException(dev.postern.LlmException.Kind.SERVER, "x"));
            client.answer();
        }
        stop(LONG).get(30, TimeUnit.SECONDS);
    }

    @Test
    void requestsThatTakeTooLongAreCutOffWithAnError() throws Exception {
        CompletableFuture<CompletionResponse> never = new CompletableFuture<>();
        main.answer = request -> never;
        try (LogLines log = new LogLines();
                RawClient streaming = served.client();
                RawClient silent = served.client();
                RawClient waiting = served.client()) {
            streaming.request("POST", STREAM, HELLO, "X-Request-Id: r1");
            FakeBackend.OpenStream stream = main.stream().emit("one");
            silent.request("POST", STREAM, HELLO, "X-Request-Id: r2");
            FakeBackend.OpenStream noEvent = main.stream();
            waiting.request("POST", COMPLETIONS, HELLO, "X-Request-Id: r3");
            while (served.server.running() < 3) {
                Thread.onSpinWait();
            }

            stop(Duration.ofMillis(200)).get(30, TimeUnit.SECONDS);

            RawClient.Answer cut = streaming.answer();
            assertThat(cut.whole()).isFalse();
            assertThat(cut.body())
                    .contains("{\"type\":\"content_delta\",\"delta\":\"one\"}")
                    .contains(
                            "{\"type\":\"error\",\"kind\":\"incomplete_stream\",\"message\":\"The gateway shut down before"
                                    + " the answer was complete; the answer is incomplete.\"");
            assertThat(silent.answer().status()).isEqualTo(503);
            assertThat(waiting.answer().status()).isEqualTo(503);
            stream.cancelled.get(30, TimeUnit.SECONDS);
            noEvent.cancelled.get(30, TimeUnit.SECONDS);
            assertThat(never).isCancelled();
            assertThat(log.lines())
                    .contains("WARNING The gateway shuts down and cuts off what is still being answered (3).")
                    .anyMatch(line ->
                            line.matches("INFO POST .*/stream 200 .* request=r1 \\(cut off: the gateway shuts down\\)"))
                    .anyMatch(line -> line.matches("WARNING POST .*/stream 503 .* request=r2 \\(cut off: .*"))
                    .anyMatch(line -> line.matches("WARNING POST .*/completions 503 .* request=r3 \\(cut off: .*"));
        }
    }

    /** A run of an agent gets no 503: clients would retry it, and its tools may have run. */
    @Test
    void aRunThatTakesTooLongIsCutOffWithAnError() throws Exception {
        main.answer = request -> new CompletableFuture<>();
        try (TestServer agents = TestServer.withAgents(
                        Limits.defaults(),
                        all -> all.spec(AgentSpec.builder("helper").build()),
                        main);
                RawClient streaming = agents.client();
                RawClient waiting = agents.client()) {
            streaming.request("POST", "/api/v1/agents/helper/chat/stream", "{\"message\":\"Hi\"}");
            main.stream().emit("one");
            waiting.request("POST", "/api/v1/agents/helper/chat", "{\"message\":\"Hi\"}");
            while (agents.server.running() < 2 || main.requests.size() < 2) {
                Thread.onSpinWait();
            }

            agents.server.stop(Duration.ofMillis(200));

            assertThat(streaming.answer().body())
                    .contains("{\"type\":\"token\",\"content\":\"one\"}")
                    .contains("{\"type\":\"error\",\"kind\":\"incomplete_stream\"")
                    .doesNotContain("\"done\"");
            assertThat(waiting.answer().status()).isEqualTo(500);
        }
    }
}
