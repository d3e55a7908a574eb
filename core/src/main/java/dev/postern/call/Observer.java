package dev.postern.call;

import dev.postern.LlmException;
import dev.postern.NonBlockingSubscriber;
import dev.postern.call.CallListener.Outcome;
import dev.postern.flow.Fatal;
import dev.postern.flow.FutureStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Passes all signals of an answer, and shows them to a call or to an attempt. */
final class Observer<T> implements NonBlockingSubscriber<T>, Flow.Subscription {
    private final Flow.Subscriber<? super T> downstream;
    private final boolean promised;
    private final Observed observed;
    private Flow.@Nullable Subscription upstream;

    Observer(Flow.Subscriber<? super T> downstream, Observed observed) {
        this.downstream = downstream;
        this.promised = NonBlockingSubscriber.isPromisedBy(downstream);
        this.observed = observed;
    }

    /** Subscribes to the answer that a provider makes. What the provider throws is the failure of the answer. */
    void subscribeTo(Supplier<Flow.Publisher<T>> answer) {
        try {
            Objects.requireNonNull(answer.get(), "the publisher is null").subscribe(this);
        } catch (Throwable thrown) {
            if (upstream == null) {
                fail(thrown);
            } else {
                upstream.cancel();
                onError(described(thrown));
            }
        }
    }

    /** Subscribes to a failure, instead of an answer. */
    void fail(Throwable cause) {
        FutureStream.<T, T>of(() -> CompletableFuture.failedFuture(cause), List::of, Observer::described)
                .subscribe(this);
    }

    static Throwable described(Throwable thrown) {
        return Fatal.or(thrown, LlmException::of);
    }

    @Override
    public boolean isNonBlocking() {
        return promised;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (upstream != null) {
            subscription.cancel(); // §2.5
            return;
        }
        upstream = subscription;
        downstream.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        Flow.Subscription open = upstream;
        if (open != null) {
            open.request(n);
        }
    }

    @Override
    public void cancel() {
        Flow.Subscription open = upstream;
        if (open != null) {
            open.cancel();
        }
        observed.ended(Outcome.CANCELLED, null);
    }

    @Override
    public void onNext(T item) {
        observed.item(item);
        downstream.onNext(item);
    }

    @Override
    public void onError(Throwable thrown) {
        observed.ended(Outcome.FAILED, thrown);
        downstream.onError(thrown);
    }

    @Override
    public void onComplete() {
        observed.ended(Outcome.ANSWERED, null);
        downstream.onComplete();
    }
}
