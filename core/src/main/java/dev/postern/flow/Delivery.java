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

    /** Delivers an item. Returns what the subscriber threw, or null. */
    public @Nullable Throwable next(T item) {
        boolean wasInterrupted = Thread.currentThread().isInterrupted();
        Throwable thrown = promised ? nextOnAnyThread(item) : Signals.next(subscriber, item);
        clearInterrupt(wasInterrupted);
        return thrown;
    }

    private @Nullable Throwable nextOnAnyThread(T item) {
        ThreadState before = ThreadState.begin(ThreadState.promised());
        try {
            return Signals.next(subscriber, item);
        } finally {
            ThreadState.restore(before);
        }
    }

    /** An interrupt that a subscriber leaves behind would close a connection of the client, or end its selector thread. */
    private static void clearInterrupt(boolean wasInterrupted) {
        if (!wasInterrupted && Thread.currentThread().isInterrupted() && ThreadState.isOfClient()) {
            Thread.interrupted();
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
            boolean wasInterrupted = Thread.currentThread().isInterrupted();
            if (failure == null) {
                Signals.complete(subscriber);
            } else {
                Signals.error(subscriber, failure);
            }
            clearInterrupt(wasInterrupted);
        }
    }
}
