package dev.postern.flow;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Connects one downstream subscriber to one upstream after another. Demand and cancellation survive each switch. When
 * an upstream ends, the {@link Script} decides what follows.
 *
 * <p>Demand is kept as totals that only grow. The demand of an upstream is the total, minus what earlier upstreams have
 * delivered, minus what was requested from this upstream already. So a switch neither loses nor repeats demand.
 *
 * @param <T> the items
 */
public final class Relay<T> implements Flow.Subscription {

    /** Decides what follows. Its methods are called by one thread at a time, and not after the end. */
    public interface Script {
        /** The upstream is complete: {@link Relay#next} another, or {@link Relay#complete}. */
        void completed();

        /** The upstream failed: {@link Relay#next} another, or {@link Relay#fail}. */
        void failed(Throwable cause);

        /**
         * The subscriber cancelled or threw. A script that waits between two upstreams stops waiting. May be called by
         * any thread.
         */
        void cancelled();

        /** The failure that the subscriber gets if it, or the subscription of an upstream, threw this. */
        default Throwable described(Throwable thrown) {
            return thrown;
        }
    }

    private final Flow.Subscriber<? super T> downstream;
    private final Script script;
    private final SerialLoop loop = new SerialLoop(this::pass);
    private final Demand demand = new Demand();
    /** Written by the signals of the upstream, which are serial; read by the pass. */
    private final AtomicLong delivered = new AtomicLong();

    private volatile @Nullable Leg current;
    private volatile boolean cancelled;
    /** A request for less than one item; 1 if there was none. */
    private volatile long badRequest = 1;

    /** Creates a relay to this subscriber. */
    public Relay(Flow.Subscriber<? super T> downstream, Script script) {
        this.downstream = downstream;
        this.script = script;
    }

    /** Calls {@code onSubscribe}. The first {@link #next} may follow, unless the relay {@link #isOver}. */
    public void open() {
        Throwable thrown = Signals.subscribe(downstream, this);
        loop.open();
        if (thrown != null) {
            abort(thrown);
        }
    }

    /** Subscribes to the next upstream, unless the subscriber has cancelled. */
    public void next(Flow.Publisher<? extends T> upstream) {
        if (!cancelled) {
            Leg leg = new Leg(delivered.get());
            current = leg;
            upstream.subscribe(leg);
        }
    }

    /** Completes the downstream. */
    public void complete() {
        if (!cancelled) {
            cancelled = true;
            Signals.complete(downstream);
        }
    }

    /** Fails the downstream. */
    public void fail(Throwable cause) {
        if (!cancelled) {
            cancelled = true;
            Signals.error(downstream, cause);
        }
    }

    /** The number of items that were delivered. */
    public long delivered() {
        return delivered.get();
    }

    /**
     * Whether this failure is the answer of an upstream to an invalid {@code request(n)} of the subscriber (§3.9). Any
     * other {@link IllegalArgumentException} is a failure of the upstream itself.
     */
    public boolean isInvalidDemand(Throwable cause) {
        return badRequest < 1 && cause instanceof IllegalArgumentException;
    }

    /** Whether the subscriber has cancelled, or the end was signalled. */
    public boolean isOver() {
        return cancelled;
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.add(n);
        } else {
            badRequest = n;
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
                leg.upstream.cancel(); // now, as the pass may be inside an upstream that never stops emitting
            }
            loop.signal(); // and again, for an upstream to which another thread is switching
        }
    }

    /** The subscriber or the subscription of an upstream threw: ends everything with this failure. */
    private void abort(Throwable thrown) {
        if (cancelled) {
            Signals.lost(downstream, thrown);
        } else {
            cancel();
            Signals.error(downstream, described(thrown));
        }
    }

    private Throwable described(Throwable thrown) {
        try {
            return script.described(thrown);
        } catch (RuntimeException | Error e) { // a defect of the script; the failure is reported unchanged
            return thrown;
        }
    }

    private void pass() {
        try {
            act();
        } catch (Throwable thrown) { // by the subscription of an upstream, which must not throw (§3.16)
            abort(thrown);
        }
    }

    private void act() {
        Leg leg = current;
        if (leg == null || leg.upstream == null) {
            return;
        }
        Flow.Subscription upstream = leg.upstream;
        if (cancelled) {
            upstream.cancel();
        } else if (badRequest < 1) {
            // The upstream fails in order with its other signals, so it gets the same request.
            upstream.request(badRequest);
        } else {
            long more = demand.total() - leg.deliveredBefore - leg.asked;
            if (more > 0) {
                leg.asked += more;
                upstream.request(more);
            }
        }
    }

    /** The subscriber of one upstream. */
    private final class Leg implements Flow.Subscriber<T> {
        private final long deliveredBefore;
        private volatile Flow.@Nullable Subscription upstream;
        /** Used by the pass only. */
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
                delivered.lazySet(delivered.get() + 1); // there is one writer, as the signals of an upstream are serial
                Throwable thrown = Signals.next(downstream, item);
                if (thrown != null) {
                    abort(thrown);
                }
            }
        }

        @Override
        public void onError(Throwable cause) {
            if (!cancelled) {
                try {
                    script.failed(cause);
                } catch (Throwable thrown) { // there is no memory, for example
                    abort(thrown);
                }
            }
        }

        @Override
        public void onComplete() {
            if (!cancelled) {
                try {
                    script.completed();
                } catch (Throwable thrown) { // as above
                    abort(thrown);
                }
            }
        }
    }
}
