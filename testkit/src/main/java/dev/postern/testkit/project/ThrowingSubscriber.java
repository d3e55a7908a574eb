package dev.postern.testkit.project;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/**
 * A subscriber that throws in one of its signals. It requests all items and records its signals.
 *
 * @param <T> the type of the items
 */
public final class ThrowingSubscriber<T> implements Flow.Subscriber<T> {
    /** The signal that throws. */
    public enum Signal {
        SUBSCRIBE,
        NEXT,
        ERROR,
        COMPLETE
    }

    private final Signal where;
    private final Throwable thrown;
    private final List<String> ends = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private int items;

    /** A subscriber that throws this unchecked exception or error in this signal. */
    public ThrowingSubscriber(Signal where, Throwable thrown) {
        this.where = where;
        this.thrown = thrown;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
        throwAt(Signal.SUBSCRIBE);
    }

    @Override
    public synchronized void onNext(T item) {
        items++;
        throwAt(Signal.NEXT);
    }

    @Override
    public void onError(Throwable failure) {
        end("error");
        synchronized (this) {
            failures.add(failure);
        }
        throwAt(Signal.ERROR);
    }

    @Override
    public void onComplete() {
        end("complete");
        throwAt(Signal.COMPLETE);
    }

    private synchronized void end(String how) {
        ends.add(how);
        notifyAll();
    }

    private void throwAt(Signal signal) {
        if (where == signal) {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }
    }

    /** Waits for an end, at most 30 seconds; returns all ends, of which there should be one. */
    public synchronized List<String> awaitEnds() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (ends.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("no end after " + items + " items");
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return List.copyOf(ends);
    }

    /** The failures of the stream that it received. */
    public synchronized List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** The number of received items. */
    public synchronized int items() {
        return items;
    }
}
