package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.gateway.Gateway;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.WireExchange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that send bytes but no tokens, or bytes very slowly. */
@Timeout(60)
class SlowServerTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");
    private static final String EMPTY_DELTA = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"}}]}\n\n";

    /** Sends the piece every 50 ms until the client has closed the connection. */
    private static void trickle(WireExchange exchange, String piece) throws Exception {
        while (!exchange.peerClosed().isDone()) {
            exchange.chunk(piece);
            TimeUnit.MILLISECONDS.sleep(50); // the server is slow on purpose
        }
    }

    private static OpenAiProvider provider(ScriptedServer server, String name, Timeouts timeouts, RetryPolicy retries) {
        return OpenAiProvider.builder()
                .name(name)
                .baseUrl(server.uri().toString())
                .timeouts(timeouts)
                .retries(retries)
                .build();
    }

    private static ScriptedServer answering() {
        return new ScriptedServer(exchange -> exchange.answer(
                200,
                "text/event-stream",
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"from the other\"},\"finish_reason\":\"stop\"}]}\n\n"
                        + "data: [DONE]\n\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {": keep-alive\n\n", EMPTY_DELTA})
    void streamWithoutATokenLeadsToTheFallback(String piece) {
        try (ScriptedServer slow = new ScriptedServer(exchange -> {
                    exchange.beginChunked(200, "text/event-stream");
                    trickle(exchange, piece);
                });
                ScriptedServer other = answering();
                Gateway gateway = Gateway.builder()
                        .backend(
                                "slow",
                                provider(
                                        slow,
                                        "slow",
                                        Timeouts.defaults().withFirstToken(Duration.ofMillis(500)),
                                        RetryPolicy.none()))
                        .backend("other", provider(other, "other", Timeouts.defaults(), RetryPolicy.none()))
                        .fallbacks("slow", List.of("other"))
                        .build()) {

            List<StreamEvent> events = Recorder.of(gateway.stream(REQUEST)).awaitComplete();

            assertThat(events).startsWith(new StreamEvent.ContentDelta("from the other"));
            slow.exchange(0).awaitPeerClosed();
        }
    }

    @Test
    void streamWithoutFurtherTokensTimesOut() {
        try (ScriptedServer slow = new ScriptedServer(exchange -> {
                    exchange.beginChunked(200, "text/event-stream")
                            .chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n");
                    trickle(exchange, EMPTY_DELTA);
                });
                OpenAiProvider provider = provider(
                        slow,
                        "slow",
                        Timeouts.defaults().withBetweenTokens(Duration.ofMillis(500)),
                        RetryPolicy.defaults())) {

            Recorder<StreamEvent> stream = Recorder.of(provider.stream(REQUEST));

            LlmException failure = stream.awaitFailure(LlmException.class);
            assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
            assertThat(failure).hasMessageContaining("No further token").hasMessageContaining("slow");
            assertThat(stream.items()).containsExactly(new StreamEvent.ContentDelta("a"));
            assertThat(slow.requests()).hasSize(1);
        }
    }

    /** Formerly a 500 with a slow body became a TIMEOUT of the gateway, which then did not use its fallback. */
    @Test
    void errorWithASlowBodyLeadsToTheFallback() {
        try (ScriptedServer slow = new ScriptedServer(exchange -> {
                    exchange.beginChunked(500, "application/json");
                    trickle(exchange, " ");
                });
                ScriptedServer other = answering();
                Gateway gateway = Gateway.builder()
                        .backend("slow", provider(slow, "slow", Timeouts.defaults(), RetryPolicy.none()))
                        .backend("other", provider(other, "other", Timeouts.defaults(), RetryPolicy.none()))
                        .fallbacks("slow", List.of("other"))
                        .totalTimeout(Duration.ofSeconds(30))
                        .build()) {
            long start = System.nanoTime();

            List<StreamEvent> events = Recorder.of(gateway.stream(REQUEST)).awaitComplete();

            assertThat(events).startsWith(new StreamEvent.ContentDelta("from the other"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
    }
}
