package dev.postern.server;

import java.time.Duration;

/** The requests that are being answered, so that a server which stops knows when the last one is done. */
final class Running {
    private final int most;
    private int count;
    private boolean closed;

    /** Lets in {@code most} at the same time. */
    Running(int most) {
        this.most = most;
    }

    /**
     * Begins a request, which has to {@link #leave} also if it is not let in.
     *
     * @throws Refusal if there are too many, or are to be no more
     */
    synchronized void enter() {
        count++;
        if (closed) {
            throw Refusal.stopping();
        }
        if (count > most) {
            throw Refusal.full();
        }
    }

    /** Ends a request. */
    synchronized void leave() {
        if (--count == 0) {
            notifyAll();
        }
    }

    /** From now on, nobody is let in. */
    synchronized void close() {
        closed = true;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized int count() {
        return count;
    }

    /** Waits until none is left; false if that takes too long, or the thread was interrupted. */
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
