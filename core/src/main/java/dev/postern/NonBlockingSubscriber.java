package dev.postern;

import java.util.concurrent.Flow;

/**
 * A subscriber that promises to return from {@link #onNext} at once: it computes a little or puts the event into a
 * queue, but does not wait for I/O, for another call, or for a lock that is held for long. Its events are delivered on
 * the selector thread, without a change of threads for each packet; this change is most of the cost of a slow stream.
 *
 * <p>All streams of an HTTP client share that thread, so one broken promise delays them all. Any other subscriber may
 * block; it delays its own stream only.
 *
 * <p>The promise is about {@link #onNext} alone. {@link #onSubscribe} comes on the thread that subscribes; {@link
 * #onError} and {@link #onComplete} may block, because they are never called on the selector thread.
 *
 * @param <T> the type of the events
 */
public interface NonBlockingSubscriber<T> extends Flow.Subscriber<T> {

    /**
     * Whether the promise holds; true unless overridden. A subscriber that passes its events to another one asks that
     * one, with {@link #isPromisedBy}. Asked once, when it is subscribed.
     */
    default boolean isNonBlocking() {
        return true;
    }

    /** Whether this subscriber has promised not to block. */
    static boolean isPromisedBy(Flow.Subscriber<?> subscriber) {
        return subscriber instanceof NonBlockingSubscriber<?> promising && promising.isNonBlocking();
    }
}
