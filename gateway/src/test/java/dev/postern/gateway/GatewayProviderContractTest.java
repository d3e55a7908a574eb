package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.project.ProviderContractTest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;

/** Runs the provider contract on a gateway whose first backend is always down, so that each call switches backends. */
@Tag("full")
class GatewayProviderContractTest extends ProviderContractTest {

    @Override
    protected LlmProvider provider(URI server, String key, Timeouts timeouts, RetryPolicy retries) {
        BackendPolicy noCoolDown =
                BackendPolicy.builder().coolDown(0, Duration.ZERO).build(); // so that each call tries it
        return Gateway.builder()
                .backend("down", new Down(), noCoolDown)
                .backend("plain", super.provider(server, key, timeouts, retries), noCoolDown)
                .fallbacks("down", List.of("plain"))
                .build();
    }

    @Override
    protected String backend(LlmProvider provider) {
        return "plain";
    }

    private record Down() implements LlmProvider {
        @Override
        public String name() {
            return "down";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return CompletableFuture.failedFuture(new LlmException(Kind.CONNECTION, "No server."));
        }
    }
}
