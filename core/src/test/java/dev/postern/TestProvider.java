package dev.postern;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A provider with nothing but what it must have, so that all else is the default. */
record TestProvider(String name, Function<CompletionRequest, CompletableFuture<CompletionResponse>> call)
        implements LlmProvider {

    static TestProvider of(Function<CompletionRequest, CompletableFuture<CompletionResponse>> call) {
        return new TestProvider("test", call);
    }

    static TestProvider answering(CompletionResponse answer) {
        return of(request -> CompletableFuture.completedFuture(answer));
    }

    static TestProvider failing(Throwable failure) {
        return of(request -> CompletableFuture.failedFuture(failure));
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        return call.apply(request);
    }
}
