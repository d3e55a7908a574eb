package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.client.GatewayClient;
import dev.postern.testkit.ScriptedServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An error status leads to the fallback without a wait for a slow error body. */
@Timeout(60)
class KnownStatusTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    /** Answers at once. */
    private record Spare() implements LlmProvider {
        @Override
        public String name() {
            return "spare";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return CompletableFuture.completedFuture(
                    CompletionResponse.builder().content("from spare").build());
        }
    }

    @Test
    void aSlowErrorBodyDoesNotUseUpTheTotalTimeout() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        List<LlmException> failures = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    exchange.beginChunked(500, "application/json");
                    do {
                        exchange.chunk(" ");
                    } while (!over.await(200, TimeUnit.MILLISECONDS));
                });
                Gateway gateway = Gateway.builder()
                        .backend(
                                "slow",
                                GatewayClient.builder()
                                        .name("slow")
                                        .baseUrl(server.uri().toString())
                                        .build())
                        .backend("spare", new Spare())
                        .fallbacks("slow", List.of("spare"))
                        .totalTimeout(Duration.ofSeconds(20)) // ten times the limit for an error body
                        .instrumentation(Instrumentation.builder()
                                .listener(call -> new CallListener.CallWatch() {
                                    @Override
                                    public void retry(CallListener.Retry retry) {
                                        failures.add(retry.failure());
                                    }
                                })
                                .build())
                        .build()) {
            assertThat(gateway.completions(HELLO).content()).isEqualTo("from spare");
            over.countDown();
        }
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).kind()).isEqualTo(Kind.SERVER);
        assertThat(failures.get(0).status()).hasValue(500);
    }
}
