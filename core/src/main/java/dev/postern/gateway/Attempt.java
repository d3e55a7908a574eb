package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one backend answers to one call: passes everything on, notices the first item and the end, and can be ended from
 * outside while the backend is speaking.
 *
 * <p>The backend's signals come one at a time; {@link #expire} comes from anywhere. So signals are counted in and out,
 * and whoever leaves last after an expiry tells it. Counting rather than locking, since a backend may deliver an item
 * while another one is being delivered below it on the same stack.
 */
final class Attempt<T> implements Flow.Subscriber<T>, Flow.Subscription {
    /** An end is decided: nothing more goes out but this end. */
    private static final int OVER = 1 << 29;
    /** The end is the expiry. */
    private static final int EXPIRED = 1 << 30;

    private final Flow.Subscriber<? super T> downstream;
    private final Visit visit;
    private final Runnable first;
    private final Consumer<? super T> watch;
    /** Items being delivered, plus the bits above. */
    private final AtomicInteger state = new AtomicInteger();

    private volatile Flow.@Nullable Subscription upstream;
    private volatile @Nullable LlmException expiry;
    private boolean begun;

    /**
     * An attempt whose answer goes downstream.
     *
     * @param first told of the first item
     * @param watch told of each event that is no piece of the answer, and of whole answers
     */
    Attempt(Flow.Subscriber<? super T> downstream, Visit visit, Runnable first, Consumer<? super T> watch) {
        this.downstream = downstream;
        this.visit = visit;
        this.first = first;
        this.watch = watch;
    }

    /** Ends the attempt with this failure, unless it is over. */
    void expire(LlmException failure) {
        expiry = failure;
        int before = state.getAndUpdate(now -> isOver(now) ? now : now | OVER | EXPIRED);
        if (!isOver(before)) {
            hangUp();
            if (before == 0) {
                tellExpiry();
            }
        }
    }

    private void tellExpiry() {
        LlmException failure = Objects.requireNonNull(expiry);
        visit.failed(failure);
        downstream.onError(failure);
    }

    private static boolean isOver(int state) {
        return (state & OVER) != 0;
    }

    private void hangUp() {
        Flow.Subscription open = upstream;
        if (open != null) {
            open.cancel();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (upstream != null) {
            subscription.cancel(); // §2.5
            return;
        }
        upstream = subscription;
        if (isOver(state.get())) {
            subscription.cancel(); // expired before it began
        } else {
            downstream.onSubscribe(this);
        }
    }

    @Override
    public void onNext(T item) {
        boolean live = !isOver(state.incrementAndGet());
        if (live) {
            if (!begun) {
                begun = true;
                first.run();
            }
            if (!(item instanceof StreamEvent.ContentDelta)) {
                watch.accept(item);
            }
            downstream.onNext(item);
        }
        if (state.decrementAndGet() == (OVER | EXPIRED) && live) { // it expired while this was delivered
            tellExpiry();
        }
    }

    @Override
    public void onError(Throwable thrown) {
        if (end()) {
            visit.failed(LlmException.of(thrown));
            downstream.onError(thrown);
        }
    }

    @Override
    public void onComplete() {
        if (end()) {
            visit.succeeded();
            downstream.onComplete();
        }
    }

    private boolean end() {
        return !isOver(state.getAndUpdate(now -> now | OVER));
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
        hangUp();
        visit.abandoned();
    }
}
