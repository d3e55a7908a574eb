package dev.postern.server;

import java.time.Duration;

/** Counts active requests, limits their number, and waits for their end when the server stops. Thread-safe. */
final class ActiveRequests {
    private final int limit;
    private int count;
    private boolean closed;

    /** Allows {@code limit} requests at the same time. */
    ActiveRequests(int limit) {
        this.limit = limit;
    }

    /**
     * Begins a request. The caller must call {@link #leave} even if this method throws.
     *
     * @throws Refusal if there are too many requests, or after {@link #close}
     */
    synchronized void enter() {
        count++;
        if (closed) {
            throw HttpFailure.stopping();
        }
        if (count > limit) {
            throw HttpFailure.full();
        }
    }

    /** Ends a request. */
    synchronized void leave() {
        if (--count == 0) {
            notifyAll();
        }
    }

    /** Refuses all further requests. */
    synchronized void close() {
        closed = true;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized int count() {
        return count;
    }

    /** Waits until no request is active; false if the time ends first or the thread is interrupted. */
    synchronized boolean awaitNone(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try {
            while (count > 0) {
                long millis = (end - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return false;
                }
                wait(millis);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
