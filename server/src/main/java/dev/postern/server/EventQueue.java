package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.NonBlockingSubscriber;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A subscriber from which one thread takes events. It requests the next event after the last one was handled, so a
 * client that reads slowly slows down the backend (back-pressure). Closing it cancels the call to the backend.
 */
final class EventQueue<E> implements NonBlockingSubscriber<E>, AutoCloseable {
    private final BlockingQueue<Signal<E>> signals =
            new LinkedBlockingQueue<>(); // at most one event and two end signals
    private final Object lock = new Object();
    private Optional<Flow.Subscription> upstream = Optional.empty(); // guarded by lock
    private boolean closed; // guarded by lock
    private boolean requestNext; // whether next() must request an event; used by the taking thread only

    /** A signal of a stream. */
    sealed interface Signal<E> {}

    record Event<E>(E event) implements Signal<E> {}

    record Failed<E>(LlmException failure) implements Signal<E> {}

    record Ended<E>() implements Signal<E> {}

    /** The server stops and does not wait for the end of the stream. */
    record Stopped<E>() implements Signal<E> {}

    /** Waits for the next signal; empty if none comes within this time. */
    Optional<Signal<E>> next(Duration wait) throws InterruptedException {
        if (requestNext) {
            requestNext = false;
            subscription().ifPresent(subscription -> subscription.request(1));
        }
        Optional<Signal<E>> signal = Optional.ofNullable(signals.poll(wait.toNanos(), TimeUnit.NANOSECONDS));
        requestNext = signal.filter(Event.class::isInstance).isPresent();
        return signal;
    }

    private Optional<Flow.Subscription> subscription() {
        synchronized (lock) {
            return upstream;
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        boolean wanted;
        synchronized (lock) {
            wanted = !closed && upstream.isEmpty();
            if (wanted) {
                upstream = Optional.of(subscription);
            }
        }
        if (wanted) {
            subscription.request(1);
        } else {
            subscription.cancel();
        }
    }

    @Override
    public void onNext(E event) {
        signals.add(new Event<>(event));
    }

    @Override
    public void onError(Throwable thrown) {
        signals.add(new Failed<>(LlmException.of(thrown)));
    }

    @Override
    public void onComplete() {
        signals.add(new Ended<>());
    }

    /** Adds the signal that the server stops. May be called by any thread. */
    void stop() {
        signals.add(new Stopped<>());
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        subscription().ifPresent(Flow.Subscription::cancel);
    }
}
