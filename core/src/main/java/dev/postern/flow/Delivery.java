package dev.postern.flow;

import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Calls one subscriber, on a thread where that is allowed.
 *
 * @param <T> the items
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

    /** Creates a loop whose pass may call {@link #next}. */
    public SerialLoop loop(Runnable pass) {
        return promised ? new SerialLoop(pass) : new SerialLoop(pass, dispatcher);
    }

    /** Calls {@code onSubscribe}. Returns what the subscriber threw, or null. */
    public @Nullable Throwable subscribe(Flow.Subscription subscription) {
        return Signals.subscribe(subscriber, subscription);
    }

    /** Calls {@code onNext}. Returns what the subscriber threw, or null. */
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

    /**
     * An interrupt that a subscriber leaves behind would close a connection of the client, or end its selector thread.
     */
    private static void clearInterrupt(boolean wasInterrupted) {
        if (!wasInterrupted && Thread.currentThread().isInterrupted() && ThreadState.isOfClient()) {
            Thread.interrupted();
        }
    }

    /** Signals the end. This may block, as another attempt or code of the application may follow. */
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
