package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** Collects the result of a run into a future. Cancelling the future cancels the run. */
final class ResultSubscriber implements Flow.Subscriber<AgentEvent> {
    private final CompletableFuture<AgentResult> result = new CompletableFuture<>();

    CompletableFuture<AgentResult> result() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        var unused = result.whenComplete((done, thrown) -> subscription.cancel()); // no effect after the run's end
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(AgentEvent event) {
        if (event instanceof AgentEvent.Done done) {
            result.complete(done.result());
        }
    }

    @Override
    public void onError(Throwable thrown) {
        result.completeExceptionally(LlmException.of(thrown));
    }

    @Override
    public void onComplete() {
        result.completeExceptionally(new LlmException(Kind.PROTOCOL, "The run ended without a result."));
    }
}
