package dev.postern.flow;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one item of a stream, as a future whose cancellation reaches the stream. */
public final class Single<T> implements Flow.Subscriber<T> {
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private final Supplier<? extends Throwable> whenEmpty;
    private @Nullable T item;

    /** Takes the one item of a stream; {@code whenEmpty} says what it means if there is none. */
    public Single(Supplier<? extends Throwable> whenEmpty) {
        this.whenEmpty = whenEmpty;
    }

    /** The item, once the stream is complete. */
    public CompletableFuture<T> answer() {
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
            answer.completeExceptionally(whenEmpty.get());
        } else {
            answer.complete(only);
        }
    }
}
