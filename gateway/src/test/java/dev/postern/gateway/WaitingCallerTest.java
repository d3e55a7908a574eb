package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.flow.WaitingCaller;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All backends of a blocking call are started as for a waiting caller, also those that start on another thread. */
@Timeout(60)
class WaitingCallerTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");

    private final Queue<Boolean> present = new ConcurrentLinkedQueue<>();
    private final Gateway gateway = Gateway.builder()
            .backend("main", backend("main", () -> {
                throw new LlmException(Kind.OVERLOADED, "busy");
            }))
            .backend(
                    "alt",
                    backend(
                            "alt",
                            () -> CompletionResponse.builder().content("answer").build()))
            .fallbacks("main", List.of("alt"))
            .build();

    private LlmProvider backend(String name, Supplier<CompletionResponse> answer) {
        return new LlmProvider() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                present.add(WaitingCaller.isPresent());
                return CompletableFuture.supplyAsync(answer);
            }
        };
    }

    @Test
    void aBlockingCall() {
        assertThat(gateway.completions(REQUEST).content()).isEqualTo("answer");

        assertThat(present).containsExactly(true, true);
        assertThat(WaitingCaller.isPresent()).isFalse();
    }

    @Test
    void aFuture() throws Exception {
        gateway.completionsAsync(REQUEST).get(30, TimeUnit.SECONDS);

        assertThat(present).containsExactly(false, false);
    }
}
