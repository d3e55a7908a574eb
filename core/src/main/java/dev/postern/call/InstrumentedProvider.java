package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import dev.postern.flow.Single;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** A provider with an instrumentation around it. If it does not report its attempts, each call of it counts as one. */
final class InstrumentedProvider implements LlmProvider {
    private final LlmProvider provider;
    private final Instrumentation with;
    /** The provider for calls. One that reports its attempts keeps the deadlines of contexts by itself. */
    private final LlmProvider called;

    InstrumentedProvider(LlmProvider provider, Instrumentation with) {
        this.provider = provider;
        this.with = with;
        this.called = provider.reportsAttempts() ? provider : new TimedProvider(provider);
    }

    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CallScope.answer(with, provider.name(), request, this::answer);
    }

    private CompletableFuture<CompletionResponse> answer(CompletionRequest request) {
        if (provider.reportsAttempts()) {
            return provider.completionsAsync(request);
        }
        Single<CompletionResponse> answer = new Single<>(WholeAnswer::missing);
        CallScope.answerOf(called, request).subscribe(answer);
        return answer.answer();
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CallScope.stream(with, provider.name(), true, request, asked -> CallScope.eventsOf(called, asked));
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return provider.listModelsAsync();
    }

    @Override
    public CompletableFuture<OptionalLong> countTokensAsync(CompletionRequest request) {
        return provider.countTokensAsync(request);
    }

    @Override
    public CompletableFuture<ProviderHealth> healthAsync() {
        return provider.healthAsync();
    }

    @Override
    public boolean reportsAttempts() {
        return true;
    }

    @Override
    public void close() {
        provider.close();
    }

    /** The provider, and what is around it. */
    @Override
    public String toString() {
        return provider + " with " + with;
    }
}
