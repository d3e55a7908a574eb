package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.ProviderContractTest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The contract of providers, kept by a gateway whose first backend is always down: each call has a switch behind it. */
class GatewayContractTest extends ProviderContractTest {

    @Override
    protected LlmProvider provider(URI server, String key, Timeouts timeouts, RetryPolicy retries) {
        BackendPolicy asked = BackendPolicy.defaults().withCoolDown(0, Duration.ZERO); // each time, whatever happened
        return Gateway.builder()
                .backend("down", new Down(), asked)
                .backend("plain", super.provider(server, key, timeouts, retries), asked)
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
            return CompletableFuture.failedFuture(new LlmException(Kind.CONNECTION, "There is nobody."));
        }
    }
}
