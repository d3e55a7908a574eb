package dev.postern.flow;

import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The way to one subscriber. Its loop runs where the subscriber may be called, and its signals are given by {@link Signals}.
 *
 * @param <T> what flows
 */
public final class Delivery<T> {
    private final Dispatcher dispatcher;
    private final Flow.Subscriber<? super T> subscriber;
    private final boolean promised;

    Delivery(Dispatcher dispatcher, Flow.Subscriber<? super T> subscriber, boolean promised) {
        this.dispatcher = dispatcher;
        this.subscriber = subscriber;
        this.promised = promised;
    }

    /** A loop whose pass may call {@link #next}. */
    public SerialLoop loop(Runnable pass) {
        return promised ? new SerialLoop(pass) : new SerialLoop(pass, dispatcher);
    }

    /** Hands out the subscription. Returns what the subscriber threw, or null. */
    public @Nullable Throwable subscribe(Flow.Subscription subscription) {
        return Signals.subscribe(subscriber, subscription);
    }

    /** Hands out an item. Returns what the subscriber threw, or null. */
    public @Nullable Throwable next(T item) {
        if (!promised) {
            return Signals.next(subscriber, item);
        }
        boolean wasInterrupted = Thread.currentThread().isInterrupted();
        ThreadState before = ThreadState.begin(ThreadState.promised());
        try {
            return Signals.next(subscriber, item);
        } finally {
            ThreadState.restore(before);
            if (!wasInterrupted && ThreadState.isOfClient()) {
                Thread.interrupted(); // left behind by the subscriber; it would end the client's thread
            }
        }
    }

    /** Tells the end, which may block: another attempt follows a failure, and a user's code an answer. */
    public void end(@Nullable Throwable failure) {
        dispatcher.runBlocking(new End(failure));
    }

    private final class End implements Runnable {
        private final @Nullable Throwable failure;

        End(@Nullable Throwable failure) {
            this.failure = failure;
        }

        @Override
        public void run() {
            if (failure == null) {
                Signals.complete(subscriber);
            } else {
                Signals.error(subscriber, failure);
            }
        }
    }
}
