package dev.postern.server.http;

/**
 * The memory limit of the bodies of all requests together. The memory of a body is an estimate, and counts until the
 * answer was sent. Thread-safe.
 */
final class BodyBudget {
    private final long capacity;
    private long taken;

    BodyBudget(long capacity) {
        this.capacity = capacity;
    }

    long capacity() {
        return capacity;
    }

    /** Takes this many bytes; takes none and returns false if fewer are left. */
    synchronized boolean take(long bytes) {
        if (taken + bytes > capacity) {
            return false;
        }
        taken += bytes;
        return true;
    }

    synchronized void give(long bytes) {
        taken -= bytes;
    }

    /** How many bytes are taken. */
    synchronized long taken() {
        return taken;
    }
}
