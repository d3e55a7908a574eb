package dev.postern.usage;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Why;
import dev.postern.call.CallScope;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** A provider that asks another one again after a failure that may pass, as real ones do, and reports its attempts. */
final class RetryingLlm implements LlmProvider {
    private final LlmProvider server;
    private final int most;

    RetryingLlm(LlmProvider server, int most) {
        this.server = server;
        this.most = most;
    }

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public boolean reportsAttempts() {
        return true;
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        CompletableFuture<CompletionResponse> result = new CompletableFuture<>();
        attempt(1, Objects.requireNonNull(CallScope.of(request)), request, result);
        return result;
    }

    private void attempt(
            int number, CallScope scope, CompletionRequest request, CompletableFuture<CompletionResponse> result) {
        Why why = number == 1 ? Why.FIRST : Why.RETRY;
        CompletableFuture<CompletionResponse> one =
                CompletionCollector.collect(scope.attempt(new Ask(request), request, why, false));
        var unused = result.whenComplete((answer, thrown) -> {
            if (result.isCancelled()) {
                one.cancel(true);
            }
        });
        unused = one.whenComplete((answer, thrown) -> {
            if (thrown == null) {
                result.complete(answer);
                return;
            }
            LlmException failure = LlmException.of(thrown);
            if (failure.retryable() && failure.answer().isEmpty() && number < most && !result.isDone()) {
                scope.retry(Why.RETRY, name(), name(), failure, Duration.ZERO);
                attempt(number + 1, scope, request, result);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    private final class Ask implements CallScope.Exchange<StreamEvent> {
        private CompletionRequest request;

        Ask(CompletionRequest request) {
            this.request = request;
        }

        @Override
        public String backend() {
            return server.name();
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
        public Flow.Publisher<StreamEvent> send(CallScope.Attempt attempt) {
            return server.stream(request);
        }
    }
}
