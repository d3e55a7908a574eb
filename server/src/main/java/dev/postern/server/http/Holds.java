package dev.postern.server.http;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What lasts until a request and all work that goes on without it have ended, such as a caller's place among the requests at the same time.
 * Thread-safe.
 */
final class Holds {
    private final ExchangeEnd released = new ExchangeEnd();
    private int count = 1; // the request itself; guarded by this

    /** Adds an action for the moment when nothing is left. It runs at once if that was before. */
    void whenReleased(Runnable action) {
        released.atEnd(action);
    }

    /** Adds one more. The result ends it; a second run does nothing. Without effect if nothing was left before. */
    Runnable add() {
        synchronized (this) {
            if (count == 0) {
                return () -> {};
            }
            count++;
        }
        AtomicBoolean over = new AtomicBoolean();
        return () -> {
            if (over.compareAndSet(false, true)) {
                remove();
            }
        };
    }

    /** Removes one: the request, or one that was added. */
    void remove() {
        synchronized (this) {
            count--;
            if (count != 0) {
                return;
            }
        }
        released.happen();
    }
}
