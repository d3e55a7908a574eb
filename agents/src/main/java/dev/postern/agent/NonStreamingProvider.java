package dev.postern.agent;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import java.util.concurrent.CompletableFuture;

/** Asks a provider for whole answers only, for runs whose events are not needed. */
record NonStreamingProvider(LlmProvider llm) implements LlmProvider {

    @Override
    public String name() {
        return llm.name();
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        return llm.completionsAsync(request);
    }

    @Override
    public boolean reportsAttempts() {
        return llm.reportsAttempts();
    }
}
