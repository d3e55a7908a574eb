package dev.postern.examples.server;

import static dev.postern.examples.server.Served.COMPLETIONS;
import static dev.postern.examples.server.Served.HELLO;
import static dev.postern.examples.server.Served.STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StopTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final FakeBackend main = new FakeBackend("main");
    private final Served served = Served.of(main);

    @AfterEach
    void close() {
        served.close();
    }

    private CompletableFuture<Void> stop(Duration grace) {
        return CompletableFuture.runAsync(() -> served.server.stop(grace), task -> new Thread(task).start());
    }

    @Test
    void whatRunsComesToItsEndAndNothingElseBegins() throws Exception {
        try (RawClient running = served.client();
                RawClient idle = served.client()) {
            running.request("POST", STREAM, HELLO);
            FakeBackend.OpenStream stream = main.stream().emit("one");
            assertThat(idle.request("GET", "/healthz", "").answer().status()).isEqualTo(200);

            CompletableFuture<Void> stopped = stop(LONG);
            awaitRefusal(idle);
            assertThatIOException().isThrownBy(() -> served.get("/healthz"));
            assertThat(stopped).isNotDone();

            stream.emit(FakeBackend.stop()).complete();
            RawClient.Answer answer = running.answer();
            assertThat(answer.whole()).isTrue();
            assertThat(answer.body()).contains("one").contains("message_stop");
            stopped.get(30, TimeUnit.SECONDS);
        }
    }

    /** A request on a connection that was open before gets a 503; it may take a moment until the stop has begun. */
    private static void awaitRefusal(RawClient client) throws IOException {
        RawClient.Answer answer;
        do {
            answer = client.request("GET", "/healthz", "").answer();
        } while (answer.status() == 200);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Connection")).isEqualTo("close");
        assertThat(answer.body()).contains("shutting down");
    }

    @Test
    void withNothingRunningItStopsWithoutWaiting() throws Exception {
        try (RawClient idle = served.client()) {
            assertThat(idle.request("GET", "/healthz", "").answer().status()).isEqualTo(200);
            stop(LONG).get(30, TimeUnit.SECONDS);
            assertThat(idle.rest()).isEmpty();
        }
    }

    @Test
    void afterAStreamThatFailedItDoesNotWaitEither() throws Exception {
        try (RawClient client = served.client()) {
            client.request("POST", STREAM, HELLO);
            main.stream().emit("one").fail(new dev.postern.LlmException(dev.postern.LlmException.Kind.SERVER, "x"));
            client.answer();
        }
        stop(LONG).get(30, TimeUnit.SECONDS);
    }

    @Test
    void whatTakesTooLongIsCut() throws Exception {
        CompletableFuture<dev.postern.CompletionResponse> never = new CompletableFuture<>();
        main.answer = request -> never;
        try (RawClient streaming = served.client();
                RawClient waiting = served.client()) {
            streaming.request("POST", STREAM, HELLO);
            FakeBackend.OpenStream stream = main.stream().emit("one");
            waiting.request("POST", COMPLETIONS, HELLO);
            while (served.server.running() < 2) {
                Thread.onSpinWait();
            }

            stop(Duration.ofMillis(200)).get(30, TimeUnit.SECONDS);

            assertThat(streaming.answer().whole()).isFalse();
            stream.cancelled.get(30, TimeUnit.SECONDS);
            assertThat(waiting.rest()).doesNotContain("200 OK");
        }
    }
}
