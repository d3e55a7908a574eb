package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.NonBlockingSubscriber;
import dev.postern.StreamEvent;
import dev.postern.flow.Cutoff;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.Fatal;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one backend answers to one call: passes everything on, notices the first item and the end, and can be ended from
 * outside while the backend is speaking.
 */
final class Attempt<T> implements NonBlockingSubscriber<T>, Flow.Subscription {
    private final Flow.Subscriber<? super T> downstream;
    private final boolean nonBlocking;
    private final Visit visit;
    private final Runnable first;
    private final Consumer<? super T> watch;
    private final Cutoff cutoff = new Cutoff();

    private volatile Flow.@Nullable Subscription upstream;
    private volatile @Nullable LlmException expiry;
    private volatile boolean begun;
    private volatile boolean asked;

    /**
     * An attempt whose answer goes downstream.
     *
     * @param nonBlocking whether downstream has promised that
     * @param first told of the first item
     * @param watch told of each event that is no piece of the answer, and of whole answers
     */
    Attempt(
            Flow.Subscriber<? super T> downstream,
            boolean nonBlocking,
            Visit visit,
            Runnable first,
            Consumer<? super T> watch) {
        this.downstream = downstream;
        this.nonBlocking = nonBlocking;
        this.visit = visit;
        this.first = first;
        this.watch = watch;
    }

    @Override
    public boolean isNonBlocking() {
        return nonBlocking;
    }

    /** Ends the attempt with this failure, unless it is over. */
    void expire(LlmException failure) {
        expiry = failure;
        Cutoff.Cut cut = cutoff.cut();
        if (cut != Cutoff.Cut.TOO_LATE) {
            hangUp();
        }
        if (cut == Cutoff.Cut.TELL) {
            tellExpiry();
        }
    }

    /** Whether the caller has asked for something, and has got nothing yet. */
    boolean isAwaited() {
        return asked && !begun;
    }

    private void tellExpiry() {
        LlmException failure = Objects.requireNonNull(expiry);
        visit.timedOut(failure);
        downstream.onError(failure);
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
        if (cutoff.isOver()) {
            subscription.cancel(); // expired before it began
        } else {
            downstream.onSubscribe(this);
        }
    }

    @Override
    public void onNext(T item) {
        boolean live = cutoff.enter();
        try {
            if (live) {
                deliver(item);
            }
        } finally { // even if a subscriber threw, or the expiry would never be told
            if (cutoff.leave(live)) { // it expired while this was delivered
                Dispatcher.shared().runBlocking(this::tellExpiry);
            }
        }
    }

    private void deliver(T item) {
        if (!begun) {
            begun = true;
            visit.begins();
            first.run();
        }
        if (!(item instanceof StreamEvent.ContentDelta)) {
            watch.accept(item);
        }
        downstream.onNext(item);
    }

    @Override
    public void onError(Throwable thrown) {
        if (cutoff.end()) {
            if (Fatal.in(thrown) != null) {
                visit.abandoned(); // it says nothing about the backend
                downstream.onError(thrown);
                return;
            }
            LlmException failure =
                    Named.of(LlmException.of(thrown), visit.backend().name());
            visit.failed(failure);
            downstream.onError(thrown instanceof LlmException ? failure : thrown);
        }
    }

    @Override
    public void onComplete() {
        if (cutoff.end()) {
            visit.succeeded();
            downstream.onComplete();
        }
    }

    @Override
    public void request(long n) {
        asked = true;
        Flow.Subscription open = upstream;
        if (open != null) {
            open.request(n);
        }
    }

    @Override
    public void cancel() {
        hangUp();
        Dispatcher.shared().runBlocking(visit::abandoned); // which lets the next call in
    }
}
