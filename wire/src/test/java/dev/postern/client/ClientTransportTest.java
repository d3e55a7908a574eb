package dev.postern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor;
import dev.postern.http.HttpTransport;
import dev.postern.http.WireLog;
import dev.postern.http.WireRecorder;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.project.CapturedLog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the client's own transport does for it. */
class ClientTransportTest extends HttpFixture {
    private static final String ANSWER = "{\"content\":\"Hi\",\"stop_reason\":\"end_turn\"}";
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    @Test
    void aCallWhoseInterceptorWaitsEndsWithTheClient() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        ScriptedServer server = json(200, ANSWER);
        GatewayClient client = client(
                server,
                it -> it.instrumentation(Instrumentation.builder()
                        .attemptInterceptor(call -> {
                            asked.countDown();
                            return Interceptor.Decision.later(new CompletableFuture<>());
                        })
                        .build()));
        CompletableFuture<CompletionResponse> answer = client.completionsAsync(HELLO);
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

        client.close();

        CompletionException thrown = catchThrowableOfType(CompletionException.class, answer::join);
        assertThat(thrown.getCause())
                .isInstanceOfSatisfying(
                        LlmException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.CANCELLED));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void exchangesAreLoggedAndRecorded() {
        WireRecorder recorder = new WireRecorder(3, 100_000);
        recorder.start();
        ScriptedServer server = json(200, ANSWER);
        try (CapturedLog log = CapturedLog.of("dev.postern.wire")) {
            client(server, it -> it.wireLog(WireLog.lines()).recorder(recorder)).completions(HELLO);

            assertThat(log.await(1, "complete")).hasSize(1);
            assertThat(recorder.exchanges()).hasSize(1);
        }
    }

    @Test
    void aSharedTransportHasItsOwnLogAndRecorder() {
        try (HttpTransport transport = HttpTransport.builder().build()) {
            assertThatThrownBy(() -> GatewayClient.builder()
                            .baseUrl("http://host")
                            .transport(transport)
                            .wireLog(WireLog.lines())
                            .build())
                    .hasMessageContaining("set wireLog and recorder on the transport");
            assertThatThrownBy(() -> GatewayClient.builder()
                            .baseUrl("http://host")
                            .transport(transport)
                            .recorder(new WireRecorder(1, 1000))
                            .build())
                    .hasMessageContaining("set wireLog and recorder on the transport");
        }
    }
}
