package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.NonBlockingSubscriber;
import dev.postern.flow.ExternalTermination;
import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The answer of a provider that may know no deadlines: it fails, and is cancelled, when the deadline of the context is over. */
final class DeadlineStream<T> implements NonBlockingSubscriber<T>, Flow.Subscription {
    private final Flow.Subscriber<? super T> downstream;
    private final boolean promised;
    private final ExternalTermination termination = new ExternalTermination();
    private volatile Runnable stopTimer = () -> {};
    private volatile Flow.@Nullable Subscription upstream;
    private volatile boolean subscribed;

    private DeadlineStream(Flow.Subscriber<? super T> downstream) {
        this.downstream = downstream;
        this.promised = NonBlockingSubscriber.isPromisedBy(downstream);
    }

    /** The answer within the deadline of this context; the answer itself if there is none. */
    static <T> Flow.Publisher<T> around(CallContext context, Flow.Publisher<T> answer) {
        return context.remaining().isEmpty()
                ? answer
                : subscriber -> new DeadlineStream<T>(subscriber)
                        .start(context.remaining().orElseThrow(), answer);
    }

    private void start(Duration left, Flow.Publisher<T> answer) {
        stopTimer = Timer.system().after(Math.max(1, Timer.nanos(left)), this::expire);
        try {
            answer.subscribe(this);
        } catch (RuntimeException | Error thrown) {
            if (termination.end()) { // otherwise an end was signalled already
                stopTimer.run();
                throw thrown;
            }
        }
    }

    private void expire() {
        ExternalTermination.Outcome outcome = termination.terminate();
        if (outcome == ExternalTermination.Outcome.TOO_LATE) {
            return;
        }
        Flow.Subscription open = upstream;
        if (open != null) {
            open.cancel();
        }
        if (outcome == ExternalTermination.Outcome.REPORT_NOW) {
            report();
        }
    }

    private void report() {
        if (!subscribed) { // the provider has not even begun
            downstream.onSubscribe(this);
        }
        downstream.onError(LlmFailures.deadlineDuringTheAnswer());
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
        boolean may = termination.enter();
        try {
            if (may) {
                subscribed = true;
                downstream.onSubscribe(this);
            } else {
                subscription.cancel();
            }
        } finally {
            leave(may);
        }
    }

    @Override
    public void onNext(T item) {
        boolean may = termination.enter();
        try {
            if (may) {
                downstream.onNext(item);
            }
        } finally {
            leave(may);
        }
    }

    private void leave(boolean delivered) {
        if (termination.leave(delivered)) {
            report();
        }
    }

    @Override
    public void onError(Throwable thrown) {
        if (termination.end()) {
            stopTimer.run();
            downstream.onError(thrown);
        }
    }

    @Override
    public void onComplete() {
        if (termination.end()) {
            stopTimer.run();
            downstream.onComplete();
        }
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
        stopTimer.run();
        var unused = termination.end(); // nothing is reported to a caller who has gone
        Flow.Subscription open = upstream;
        if (open != null) {
            open.cancel();
        }
    }
}
