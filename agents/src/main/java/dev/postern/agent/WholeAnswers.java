package dev.postern.agent;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import java.util.concurrent.CompletableFuture;

/** A provider that is asked for whole answers only, since nobody watches them being made. */
record WholeAnswers(LlmProvider llm) implements LlmProvider {

    @Override
    public String name() {
        return llm.name();
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        return llm.completionsAsync(request);
    }
}
