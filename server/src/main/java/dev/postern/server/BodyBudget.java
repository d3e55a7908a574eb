package dev.postern.server;

/**
 * The memory that the bodies of all requests may take together, by what they are estimated to take until their answers have
 * gone out. Thread-safe.
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

    /** Takes so many bytes, or none if there are not so many. */
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
