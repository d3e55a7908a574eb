package dev.postern.call;

import dev.postern.NonBlockingSubscriber;
import dev.postern.call.CallListener.Outcome;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Passes all signals of an answer, and shows them to a call or to an attempt. */
final class Observer<T> implements NonBlockingSubscriber<T>, Flow.Subscription {
    private final Flow.Subscriber<? super T> downstream;
    private final boolean promised;
    private final Observed observed;
    private Flow.@Nullable Subscription upstream;

    Observer(Flow.Subscriber<? super T> downstream, boolean promised, Observed observed) {
        this.downstream = downstream;
        this.promised = promised;
        this.observed = observed;
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
