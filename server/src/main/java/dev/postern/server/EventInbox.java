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
 * A stream's subscriber, whose events one thread takes out in its own time. The next event is asked for when the last one
 * has been dealt with, so a client that reads slowly holds back the backend. Closing it cancels the exchange with the
 * backend.
 */
final class EventInbox<E> implements NonBlockingSubscriber<E>, AutoCloseable {
    private final BlockingQueue<Signal<E>> queue = new LinkedBlockingQueue<>(); // an event and two endings at most
    private final Object lock = new Object();
    private Optional<Flow.Subscription> upstream = Optional.empty(); // guarded by lock
    private boolean closed; // guarded by lock
    private boolean owed; // whether the next event is still to be asked for; of the taking thread

    /** What a stream can say. */
    sealed interface Signal<E> {}

    record Event<E>(E event) implements Signal<E> {}

    record Failed<E>(LlmException failure) implements Signal<E> {}

    record Ended<E>() implements Signal<E> {}

    /** The server stops, and nobody waits for the end any more. */
    record Stopped<E>() implements Signal<E> {}

    /** The next signal, or none within this time. */
    Optional<Signal<E>> next(Duration wait) throws InterruptedException {
        if (owed) {
            owed = false;
            subscription().ifPresent(subscription -> subscription.request(1));
        }
        Optional<Signal<E>> signal = Optional.ofNullable(queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS));
        owed = signal.filter(Event.class::isInstance).isPresent();
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
        queue.add(new Event<>(event));
    }

    @Override
    public void onError(Throwable thrown) {
        queue.add(new Failed<>(LlmException.of(thrown)));
    }

    @Override
    public void onComplete() {
        queue.add(new Ended<>());
    }

    /** Wakes the taking thread for the last time; by any thread. */
    void stop() {
        queue.add(new Stopped<>());
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        subscription().ifPresent(Flow.Subscription::cancel);
    }
}
