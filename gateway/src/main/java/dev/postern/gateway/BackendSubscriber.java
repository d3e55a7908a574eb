package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.NonBlockingSubscriber;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.ExternalTermination;
import dev.postern.flow.Fatal;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Receives the answer of one backend to one call and passes it downstream. Reports the first item and the end, and can be
 * terminated by a timeout while items arrive.
 */
final class BackendSubscriber<T> implements NonBlockingSubscriber<T>, Flow.Subscription {
    private final Flow.Subscriber<? super T> downstream;
    private final boolean nonBlocking;
    private final BackendLease lease;
    private final ExternalTermination termination = new ExternalTermination();

    private volatile Flow.@Nullable Subscription upstream;
    private volatile @Nullable LlmException timeout;
    private volatile boolean started;
    private volatile boolean requested;

    /**
     * A subscriber for one backend.
     *
     * @param nonBlocking whether downstream declares itself non-blocking
     */
    BackendSubscriber(Flow.Subscriber<? super T> downstream, boolean nonBlocking, BackendLease lease) {
        this.downstream = downstream;
        this.nonBlocking = nonBlocking;
        this.lease = lease;
    }

    @Override
    public boolean isNonBlocking() {
        return nonBlocking;
    }

    /** Terminates the call with this failure, unless it has ended. */
    void terminate(LlmException failure) {
        timeout = failure;
        ExternalTermination.Outcome outcome = termination.terminate();
        if (outcome != ExternalTermination.Outcome.TOO_LATE) {
            cancelUpstream();
        }
        if (outcome == ExternalTermination.Outcome.REPORT_NOW) {
            emitTimeout();
        }
    }

    /** Whether the caller has requested items and has received none. */
    boolean isAwaited() {
        return requested && !started;
    }

    private void emitTimeout() {
        LlmException failure = Objects.requireNonNull(timeout);
        lease.timedOut(failure);
        downstream.onError(failure);
    }

    private void cancelUpstream() {
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
        if (termination.isOver()) {
            subscription.cancel(); // timed out before the subscription
        } else {
            downstream.onSubscribe(this);
        }
    }

    @Override
    public void onNext(T item) {
        boolean live = termination.enter();
        try {
            if (live) {
                deliver(item);
            }
        } finally { // also after a subscriber threw, else the timeout is lost
            if (termination.leave(live)) { // timed out during the delivery
                Dispatcher.shared().runBlocking(this::emitTimeout);
            }
        }
    }

    private void deliver(T item) {
        if (!started) {
            started = true;
            lease.answerStarted();
        }
        downstream.onNext(item);
    }

    @Override
    public void onError(Throwable thrown) {
        if (termination.end()) {
            if (Fatal.in(thrown) != null) {
                lease.abandoned(); // the failure says nothing about the backend
                downstream.onError(thrown);
                return;
            }
            LlmException failure =
                    FailureRenamer.of(LlmException.of(thrown), lease.backend().name());
            lease.failed(failure);
            downstream.onError(thrown instanceof LlmException ? failure : thrown);
        }
    }

    @Override
    public void onComplete() {
        if (termination.end()) {
            lease.succeeded();
            downstream.onComplete();
        }
    }

    @Override
    public void request(long n) {
        requested = true;
        Flow.Subscription open = upstream;
        if (open != null) {
            open.request(n);
        }
    }

    @Override
    public void cancel() {
        cancelUpstream();
        Dispatcher.shared().runBlocking(lease::abandoned); // this admits the next call
    }
}
