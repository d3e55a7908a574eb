package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Why;
import dev.postern.flow.FutureStream;
import dev.postern.flow.Single;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;

/** A provider with an instrumentation around it. If it does not report its attempts, each call of it counts as one. */
final class InstrumentedProvider implements LlmProvider {
    private final LlmProvider provider;
    private final Instrumentation with;

    InstrumentedProvider(LlmProvider provider, Instrumentation with) {
        this.provider = provider;
        this.with = with;
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
        CallScope scope = CallScope.of(request);
        if (scope == null || provider.reportsAttempts()) {
            return provider.completionsAsync(request);
        }
        Single<CompletionResponse> answer = new Single<>(WholeAnswer::missing);
        scope.attempt(
                        new Ask<>(
                                scope,
                                request,
                                asked -> FutureStream.of(
                                        () -> provider.completionsAsync(asked),
                                        List::of,
                                        dev.postern.LlmException::of)),
                        request,
                        Why.FIRST,
                        true)
                .subscribe(answer);
        return answer.answer();
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CallScope.stream(with, provider.name(), true, request, this::events);
    }

    private Flow.Publisher<StreamEvent> events(CompletionRequest request) {
        CallScope scope = CallScope.of(request);
        return scope == null || provider.reportsAttempts()
                ? provider.stream(request)
                : scope.attempt(new Ask<>(scope, request, provider::stream), request, Why.FIRST, false);
    }

    /** One call of the provider, as an exchange. */
    private final class Ask<T> implements CallScope.Exchange<T> {
        private final CallScope scope;
        private final Function<CompletionRequest, Flow.Publisher<T>> call;
        private CompletionRequest request;

        Ask(CallScope scope, CompletionRequest request, Function<CompletionRequest, Flow.Publisher<T>> call) {
            this.scope = scope;
            this.request = request;
            this.call = call;
        }

        @Override
        public String backend() {
            return provider.name();
        }

        @Override
        public String model() {
            return request.model();
        }

        @Override
        public String address() {
            return "";
        }

        @Override
        public void use(CompletionRequest changed) {
            request = changed;
        }

        @Override
        public Flow.Publisher<T> send(CallScope.Attempt attempt) {
            return call.apply(scope.insideAttempt(request));
        }
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return provider.listModelsAsync();
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
