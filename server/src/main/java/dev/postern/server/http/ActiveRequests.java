package dev.postern.server.http;

import java.time.Duration;

/**
 * Counts active requests, limits the number of admitted ones, and waits for the end of all when the server stops. A
 * request that is being refused is active but not admitted, so it does not use up the limit. Thread-safe.
 */
final class ActiveRequests {
    private final int limit;
    private int active;
    private int admitted;
    private boolean closed;

    /** Admits {@code limit} requests at the same time. */
    ActiveRequests(int limit) {
        this.limit = limit;
    }

    /** Begins a request. The caller must call {@link #leave} at its end. */
    synchronized void enter() {
        active++;
    }

    /** Ends a request. */
    synchronized void leave() {
        if (--active == 0) {
            notifyAll();
        }
    }

    /**
     * Admits an active request. The caller must call {@link #release} only if this method returns.
     *
     * @throws HttpFailure if there are too many requests, or after {@link #close}
     */
    synchronized void admit() {
        requireRoom();
        admitted++;
    }

    /**
     * Checks that a request would be admitted now.
     *
     * @throws HttpFailure as {@link #admit} does
     */
    synchronized void requireRoom() {
        requireOpen();
        if (admitted >= limit) {
            throw HttpFailure.full();
        }
    }

    /**
     * Checks that requests are still accepted.
     *
     * @throws HttpFailure after {@link #close}
     */
    synchronized void requireOpen() {
        if (closed) {
            throw HttpFailure.stopping();
        }
    }

    /** Gives back the place of an admitted request. */
    synchronized void release() {
        admitted--;
    }

    /** Refuses all further requests. */
    synchronized void close() {
        closed = true;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** The number of active requests. */
    synchronized int count() {
        return active;
    }

    /** Waits until no request is active; false if the time ends first or the thread is interrupted. */
    synchronized boolean awaitNone(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try {
            while (active > 0) {
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
