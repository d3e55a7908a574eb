package dev.postern;

import java.util.concurrent.Flow;

/**
 * A subscriber that promises to return from {@link #onNext} at once: it computes a little or puts the event into a queue, but
 * waits for no lock that others hold for long, no I/O and no other call. Events then come to it on the thread that reads
 * from the network, without a change of threads for each packet, which is most of what a slow stream costs.
 *
 * <p>All streams of an HTTP client share that thread, so one broken promise delays them all. Any other subscriber may block;
 * it holds up its own stream alone.
 *
 * <p>The promise is about {@link #onNext} alone. {@link #onSubscribe} comes on the thread that subscribes; {@link #onError}
 * and {@link #onComplete} may block, as they are never called on the one that reads.
 *
 * @param <T> what flows
 */
public interface NonBlockingSubscriber<T> extends Flow.Subscriber<T> {

    /**
     * Whether the promise holds; true unless overridden. A subscriber that hands its events to another one asks that one,
     * with {@link #isPromisedBy}. Asked once, when it is subscribed.
     */
    default boolean isNonBlocking() {
        return true;
    }

    /** Whether this subscriber has promised not to block. */
    static boolean isPromisedBy(Flow.Subscriber<?> subscriber) {
        return subscriber instanceof NonBlockingSubscriber<?> promising && promising.isNonBlocking();
    }
}
