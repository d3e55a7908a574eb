package dev.postern.server.replay;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * The events of a run as a publisher. Each subscriber is a watcher of its own: it gets what happened so far, then what happens, and the end. A
 * cancel ends the watching and not the run. Signals come one at a time, on the thread of the run or of the one that requests.
 */
public final class WatchedEvents implements Flow.Publisher<byte[]> {
    private final RunRelay relay;
    private final LongFunction<byte[]> gap;
    private final Supplier<byte[]> tooSlow;

    /**
     * The events of a run.
     *
     * @param gap makes the event in place of so many missing ones
     * @param tooSlow makes the last event for a watcher that was too slow
     */
    public WatchedEvents(RunRelay relay, LongFunction<byte[]> gap, Supplier<byte[]> tooSlow) {
        this.relay = relay;
        this.gap = gap;
        this.tooSlow = tooSlow;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super byte[]> subscriber) {
        Watching watching = new Watching(subscriber);
        subscriber.onSubscribe(watching);
    }

    private final class Watching implements Flow.Subscription {
        private final Flow.Subscriber<? super byte[]> subscriber;
        private final RunRelay.Watcher watcher = relay.watch(this::signal);
        private final AtomicLong demand = new AtomicLong();
        private final AtomicInteger signals = new AtomicInteger(); // above 0 while a thread delivers
        private volatile boolean over;
        private volatile boolean invalid;

        Watching(Flow.Subscriber<? super byte[]> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            if (count <= 0) {
                invalid = true;
            } else {
                demand.accumulateAndGet(count, (one, other) -> one + other < 0 ? Long.MAX_VALUE : one + other);
            }
            signal();
        }

        @Override
        public void cancel() {
            over = true;
            watcher.close();
        }

        /** Delivers what can be delivered, or makes the thread that delivers look once more. */
        private void signal() {
            if (signals.getAndIncrement() > 0) {
                return;
            }
            int seen = 1;
            do {
                deliver();
                seen = signals.addAndGet(-seen);
            } while (seen > 0);
        }

        private void deliver() {
            if (invalid && !over) {
                cancel();
                subscriber.onError(new IllegalArgumentException("At least one event is requested at a time."));
            }
            while (!over && demand.get() > 0) {
                Watched next = watcher.next();
                if (next instanceof Watched.Waiting) {
                    return;
                }
                if (next instanceof Watched.Ended) {
                    end();
                } else {
                    demand.decrementAndGet();
                    event(next);
                }
            }
        }

        private void event(Watched next) {
            if (next instanceof Watched.Event event) {
                subscriber.onNext(event.bytes());
            } else if (next instanceof Watched.Gap missing) {
                subscriber.onNext(gap.apply(missing.events()));
            } else {
                subscriber.onNext(tooSlow.get());
                end();
            }
        }

        private void end() {
            if (!over) {
                cancel();
                subscriber.onComplete();
            }
        }
    }
}
