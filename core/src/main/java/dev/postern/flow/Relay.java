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

        /**
         * Downstream cancelled, or threw and is told so by the relay: give up what is waited for between two upstreams.
         * May be called by any thread.
         */
        void cancelled();

        /** What downstream is told of this that it threw itself, or that the subscription of an upstream threw. */
        default Throwable described(Throwable thrown) {
            return thrown;
        }
    }

    private final Flow.Subscriber<? super T> downstream;
    private final Script script;
    private final SerialLoop loop = new SerialLoop(this::pass);
    private final Demand demand = new Demand();
    /** Written by the upstream's serial signals only; read by the pass. */
    private final AtomicLong delivered = new AtomicLong();

    private volatile @Nullable Leg current;
    private volatile boolean cancelled;
    /** A request for less than one item; 1 while there was none. */
    private volatile long badRequest = 1;

    /** A relay to this subscriber. */
    public Relay(Flow.Subscriber<? super T> downstream, Script script) {
        this.downstream = downstream;
        this.script = script;
    }

    /** Hands the subscription to downstream. The first {@link #next} may follow, unless the relay {@link #isOver}. */
    public void open() {
        Throwable thrown = Signals.subscribe(downstream, this);
        loop.open();
        if (thrown != null) {
            breakOff(thrown);
        }
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
            Signals.complete(downstream);
        }
    }

    /** Ends downstream with a failure. */
    public void fail(Throwable cause) {
        if (!cancelled) {
            cancelled = true;
            Signals.error(downstream, cause);
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
                leg.upstream.cancel(); // at once: the pass may be inside an upstream that emits without end
            }
            loop.signal(); // and again for an upstream that is being switched to now
        }
    }

    /** Downstream threw, or an upstream's subscription did: the end of all, and downstream is told why. */
    private void breakOff(Throwable thrown) {
        if (cancelled) {
            Signals.lost(downstream, thrown);
        } else {
            cancel();
            Signals.error(downstream, described(thrown));
        }
    }

    /** The script decides what follows; if it cannot, that is the end. */
    private void follow(Runnable decision) {
        try {
            decision.run();
        } catch (Throwable thrown) { // no memory, for example
            breakOff(thrown);
        }
    }

    private Throwable described(Throwable thrown) {
        try {
            return script.described(thrown);
        } catch (RuntimeException | Error e) { // a defect of the script's: what was thrown is told as it was
            return thrown;
        }
    }

    private void pass() {
        try {
            act();
        } catch (Throwable thrown) { // of an upstream's subscription, which must not throw (§3.16)
            breakOff(thrown);
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
            // The upstream knows how to fail in its turn with other signals: let it see the same mistake.
            upstream.request(badRequest);
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
                Throwable thrown = Signals.next(downstream, item);
                if (thrown != null) {
                    breakOff(thrown);
                }
            }
        }

        @Override
        public void onError(Throwable cause) {
            if (!cancelled) {
                follow(() -> script.failed(cause));
            }
        }

        @Override
        public void onComplete() {
            if (!cancelled) {
                follow(script::completed);
            }
        }
    }
}
