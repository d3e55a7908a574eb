package dev.postern.http;

import dev.postern.LlmException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The one item of a stream, as a future whose cancellation reaches the stream. */
final class Single<T> implements Flow.Subscriber<T> {
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T item;

    CompletableFuture<T> answer() {
        return answer;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        // Whoever completes the future, the stream has no reader any more. After its own end this does nothing.
        var unused = answer.whenComplete((done, thrown) -> subscription.cancel());
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(T next) {
        item = next;
    }

    @Override
    public void onError(Throwable thrown) {
        answer.completeExceptionally(thrown);
    }

    @Override
    public void onComplete() {
        T only = item;
        if (only == null) {
            answer.completeExceptionally(
                    new LlmException(LlmException.Kind.PROTOCOL, "The answer was empty where one item was due."));
        } else {
            answer.complete(only);
        }
    }
}
