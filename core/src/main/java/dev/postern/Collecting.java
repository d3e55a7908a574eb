package dev.postern;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** Collects a stream into a future. */
final class Collecting implements NonBlockingSubscriber<StreamEvent> {
    private final CompletionCollector collector;
    private final CompletableFuture<CompletionResponse> answer;
    private boolean subscribed;
    private boolean ended;

    Collecting(CompletableFuture<CompletionResponse> answer, long maxCharacters) {
        this.answer = answer;
        this.collector = new CompletionCollector(maxCharacters);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (subscribed) {
            subscription.cancel(); // §2.5
            return;
        }
        subscribed = true;
        var unused = answer.whenComplete((done, thrown) -> {
            if (!ended) { // the stream's last signal must not call back (§2.3)
                subscription.cancel();
            }
        });
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(StreamEvent event) {
        collector.accept(event);
    }

    @Override
    public void onError(Throwable thrown) {
        ended = true;
        Throwable told = thrown;
        try {
            told = thrown instanceof LlmException failure ? collector.failed(failure) : thrown;
        } catch (RuntimeException | Error e) { // there is no memory for the answer
            thrown.addSuppressed(e);
        }
        answer.completeExceptionally(told);
    }

    @Override
    public void onComplete() {
        ended = true;
        try {
            answer.complete(collector.result());
        } catch (RuntimeException | Error e) { // it is no whole answer, or there is no memory for it
            answer.completeExceptionally(e);
        }
    }
}
