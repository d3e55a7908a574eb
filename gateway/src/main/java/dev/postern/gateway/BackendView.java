package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A provider that sends all requests to one backend or group of a gateway, with its limits, fallbacks and listeners.
 *
 * @param configuration the identity of the configuration that was in use, so that views from before and after a reload differ
 */
record BackendView(Gateway gateway, String name, Object configuration) implements LlmProvider {

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        return gateway.completionsAsync(addressed(request));
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        return gateway.stream(addressed(request));
    }

    private CompletionRequest addressed(CompletionRequest request) {
        return request.toBuilder().backend(name).build();
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return gateway.listModelsOf(name);
    }

    @Override
    public CompletableFuture<OptionalLong> countTokensAsync(CompletionRequest request) {
        return gateway.countTokensAsync(addressed(request));
    }

    @Override
    public CompletableFuture<ProviderHealth> healthAsync() {
        return gateway.healthOf(name);
    }

    /** Does nothing: the gateway owns the backend. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return "backend '" + name + "' of " + gateway;
    }
}
