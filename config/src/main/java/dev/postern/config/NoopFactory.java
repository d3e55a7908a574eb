package dev.postern.config;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.spi.ProviderContext;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A backend that answers emptily at once, for tests and for files that are not finished. */
final class NoopFactory implements ProviderFactory {
    @Override
    public String type() {
        return "noop";
    }

    @Override
    public Set<String> aliases() {
        return Set.of(
                "NoopLLMProvider",
                "agentic_primitives_gateway.primitives.llm.noop.NoopLLMProvider",
                "agentic_primitives_gateway.primitives.gateway.noop.NoopGatewayProvider");
    }

    @Override
    public LlmProvider create(String name, Settings settings, ProviderContext context) {
        return new Noop(name, settings.text("default_model", ""));
    }

    private record Noop(String name, String defaultModel) implements LlmProvider {
        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            String model = request.model().isEmpty() ? defaultModel : request.model();
            return CompletableFuture.completedFuture(
                    CompletionResponse.builder().model(model).build());
        }
    }
}
