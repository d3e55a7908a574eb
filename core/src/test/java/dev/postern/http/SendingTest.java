package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.flow.WaitingCaller;
import dev.postern.testkit.ScriptedServer;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that a thread of the pool sends, and waits for the head. */
@Timeout(60)
class SendingTest {
    private final CountDownLatch received = new CountDownLatch(1);
    private final ScriptedServer silent = new ScriptedServer(exchange -> {
        received.countDown();
        exchange.hold();
    });
    private final HttpTransport transport = HttpTransport.builder()
            .sendsByWaitingThread(true)
            .retries(RetryPolicy.none())
            .build();

    @AfterEach
    void close() {
        transport.close();
        silent.close();
    }

    /** Starts a call as a blocking method does. */
    private CompletableFuture<String> callOf(LineCall lines) {
        boolean begun = WaitingCaller.begin(true);
        try {
            return transport.send(lines);
        } finally {
            WaitingCaller.end(begun);
        }
    }

    private LlmException failureOf(CompletableFuture<String> call) {
        Throwable failure = catchThrowableOfType(ExecutionException.class, () -> call.get(30, TimeUnit.SECONDS))
                .getCause();
        return (LlmException) failure;
    }

    @Test
    void theAnswersOfSeveralCallsAreRead() throws Exception {
        try (ScriptedServer server =
                new ScriptedServer(exchange -> exchange.answer(200, "text/plain", "line\nDONE\n"))) {
            for (int i = 0; i < 3; i++) {
                assertThat(callOf(new LineCall(server.uri())).get(30, TimeUnit.SECONDS))
                        .isEqualTo("end");
            }
            assertThat(server.requests()).hasSize(3); // a call can end shortly before its connection is free
        }
    }

    @Test
    void theTotalTimeoutEndsACallWithoutAHead() {
        LineCall call = new LineCall(silent.uri())
                .timeouts(new Timeouts(
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(2)));
        assertThat(failureOf(callOf(call)).kind()).isEqualTo(Kind.TIMEOUT);
        silent.exchange(0).awaitPeerClosed();
    }

    @Test
    void cancellingACallWithoutAHeadClosesItsConnection() throws Exception {
        CompletableFuture<String> call = callOf(new LineCall(silent.uri()));
        assertThat(received.await(30, TimeUnit.SECONDS)).isTrue();
        call.cancel(true);
        silent.exchange(0).awaitPeerClosed();
    }

    @Test
    void closingTheTransportEndsACallWithoutAHead() throws Exception {
        CompletableFuture<String> call = callOf(new LineCall(silent.uri()));
        assertThat(received.await(30, TimeUnit.SECONDS)).isTrue();
        transport.close();
        assertThat(failureOf(call).kind()).isEqualTo(Kind.CANCELLED);
        silent.exchange(0).awaitPeerClosed();
    }

    @Test
    void aRefusedConnectionIsAConnectionFailure() throws Exception {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        LlmException failure = failureOf(callOf(new LineCall(nobody)));
        assertThat(failure.kind()).isEqualTo(Kind.CONNECTION);
        assertThat(failure).hasCauseInstanceOf(ConnectException.class);
    }

    private static HttpRequest request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofByteArray("x".getBytes(UTF_8)))
                .build();
    }

    @Test
    void aCancelledThreadIsNotInterruptedAfterwards() throws Exception {
        Sending sending = new Sending(HttpClient.newHttpClient(), request(silent.uri()), BodyHandlers.discarding());
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        new Thread(() -> {
                    sending.run();
                    interrupted.complete(Thread.currentThread().isInterrupted());
                })
                .start();
        assertThat(received.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(sending.cancel(true)).isTrue();
        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isFalse();
        assertThat(sending).isCancelled();
    }

    @Test
    void whatIsCancelledBeforeItRunsIsNotSent() {
        Sending sending = new Sending(HttpClient.newHttpClient(), request(silent.uri()), BodyHandlers.discarding());
        sending.cancel(true);
        sending.run();
        assertThat(silent.connections()).isZero();
    }
}
