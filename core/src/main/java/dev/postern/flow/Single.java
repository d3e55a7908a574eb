package dev.postern.flow;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The only item of a stream, as a future. Cancelling the future cancels the stream. */
public final class Single<T> implements Flow.Subscriber<T> {
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private final Supplier<? extends Throwable> whenEmpty;
    private @Nullable T item;

    /** Creates the subscriber. {@code whenEmpty} makes the failure of a stream without an item. */
    public Single(Supplier<? extends Throwable> whenEmpty) {
        this.whenEmpty = whenEmpty;
    }

    /** The item; complete when the stream is. */
    public CompletableFuture<T> answer() {
        return answer;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        // When the future is complete, for whatever reason, the stream is not needed. After its end, this does nothing.
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
            answer.completeExceptionally(whenEmpty.get());
        } else {
            answer.complete(only);
        }
    }
}
