package dev.postern.config;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.config.python.PythonGatewayFiles;
import dev.postern.spi.ProviderContext;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Creates a backend that gives an empty answer at once, for tests and for unfinished files. */
final class NoopFactory implements ProviderFactory {
    @Override
    public String type() {
        return "noop";
    }

    @Override
    public Set<String> aliases() {
        return PythonGatewayFiles.NOOP_BACKENDS;
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
