package dev.postern.flow;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One downstream, one upstream after another. Demand and cancellation are carried across each switch; what follows when
 * an upstream ends is for the {@link Script} to say.
 *
 * <p>Demand is kept as totals that only grow: an upstream is asked for what was asked in all, less what was delivered
 * before it, less what it was asked already. So a switch neither loses nor repeats a unit.
 *
 * @param <T> what flows
 */
public final class Relay<T> implements Flow.Subscription {

    /** Decides what follows. Its methods are never called by two threads at once, and never after the end. */
    public interface Script {
        /** The upstream is complete: {@link Relay#next} another, or {@link Relay#complete}. */
        void completed();

        /** The upstream failed: {@link Relay#next} another, or {@link Relay#fail}. */
        void failed(Throwable cause);

        /** Downstream cancelled: give up what is waited for between two upstreams. May be called by any thread. */
        void cancelled();
    }

    private final Flow.Subscriber<? super T> downstream;
    private final Script script;
    private final SerialLoop loop = new SerialLoop(this::pass);
    private final Demand demand = new Demand();
    /** Written by the upstream's serial signals only; read by the pass. */
    private final AtomicLong delivered = new AtomicLong();

    private volatile @Nullable Leg current;
    private volatile boolean cancelled;
    private volatile @Nullable IllegalArgumentException badRequest;

    /** A relay to this subscriber. */
    public Relay(Flow.Subscriber<? super T> downstream, Script script) {
        this.downstream = downstream;
        this.script = script;
    }

    /** Hands the subscription to downstream. The first {@link #next} may follow. */
    public void open() {
        downstream.onSubscribe(this);
        loop.open();
    }

    /** Subscribes to the next upstream, unless downstream has cancelled. */
    public void next(Flow.Publisher<? extends T> upstream) {
        if (!cancelled) {
            Leg leg = new Leg(delivered.get());
            current = leg;
            upstream.subscribe(leg);
        }
    }

    /** Ends downstream well. */
    public void complete() {
        if (!cancelled) {
            cancelled = true;
            downstream.onComplete();
        }
    }

    /** Ends downstream with a failure. */
    public void fail(Throwable cause) {
        if (!cancelled) {
            cancelled = true;
            downstream.onError(cause);
        }
    }

    /** How many items went out so far. */
    public long delivered() {
        return delivered.get();
    }

    /** Whether downstream cancelled, or was told the end. */
    public boolean isOver() {
        return cancelled;
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.add(n);
        } else if (badRequest == null) {
            badRequest =
                    new IllegalArgumentException("request(" + n + "): a subscriber must ask for at least 1 (§3.9)");
        }
        loop.signal();
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            script.cancelled();
            Leg leg = current;
            if (leg != null && leg.upstream != null) {
                leg.upstream.cancel(); // at once: the pass may be inside an upstream that emits without end
            }
            loop.signal(); // and again for an upstream that is being switched to now
        }
    }

    private void pass() {
        Leg leg = current;
        if (leg == null || leg.upstream == null) {
            return;
        }
        Flow.Subscription upstream = leg.upstream;
        if (cancelled) {
            upstream.cancel();
        } else if (badRequest != null) {
            // The upstream knows how to fail in its turn with other signals: let it see the same mistake.
            upstream.request(0);
        } else {
            long more = demand.total() - leg.deliveredBefore - leg.asked;
            if (more > 0) {
                leg.asked += more;
                upstream.request(more);
            }
        }
    }

    /** One upstream. */
    private final class Leg implements Flow.Subscriber<T> {
        private final long deliveredBefore;
        private volatile Flow.@Nullable Subscription upstream;
        /** Touched by the pass only. */
        private long asked;

        Leg(long deliveredBefore) {
            this.deliveredBefore = deliveredBefore;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            if (upstream != null) {
                subscription.cancel(); // §2.5
                return;
            }
            upstream = subscription;
            loop.signal();
        }

        @Override
        public void onNext(T item) {
            if (!cancelled) {
                delivered.lazySet(delivered.get() + 1); // one writer at a time: an upstream's signals are serial
                downstream.onNext(item);
            }
        }

        @Override
        public void onError(Throwable cause) {
            if (!cancelled) {
                script.failed(cause);
            }
        }

        @Override
        public void onComplete() {
            if (!cancelled) {
                script.completed();
            }
        }
    }
}
