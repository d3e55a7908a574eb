package dev.postern.gateway;

import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a backend: how many calls run at once, how many begin in a minute, and how many wait, first come, first
 * served. Thread-safe; a call that waited is told outside of the lock.
 */
final class Gate {
    private static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);

    private final int maxConcurrent;
    private final int maxQueued;
    private final @Nullable TokenBucket rate;
    private final Timer timer;
    private volatile boolean open;

    private int running;
    /** Calls that wait. A set, so that many calls can be cancelled at once without a search for each. */
    private final Set<Runnable> queue = new LinkedHashSet<>();

    private boolean wakes;

    /** Who lets calls in now. A call that ends at once leaves on the same stack, and must not let in the next from there. */
    private final Set<Thread> admitting = ConcurrentHashMap.newKeySet();

    /** What became of a wish to enter. */
    enum Entry {
        ENTERED,
        WAITING,
        REFUSED
    }

    Gate(BackendPolicy policy, Timer timer) {
        this.maxConcurrent = policy.maxConcurrent();
        this.maxQueued = policy.maxQueued();
        this.rate = policy.requestsPerMinute() == 0
                ? null
                : new TokenBucket(policy.requestsPerMinute(), policy.requestsBurst(), timer.nanoTime());
        this.timer = timer;
        this.open = maxConcurrent == 0 && rate == null;
    }

    /** Lets in all calls that wait and all that come: the backend is closed, and tells them so. */
    void open() {
        open = true;
        admit();
    }

    /** Enters, or waits and is told later that it has entered. A call that has entered must {@link #leave}. */
    Entry enter(Runnable entered) {
        if (open) {
            return Entry.ENTERED;
        }
        synchronized (this) {
            if (queue.isEmpty() && hasPlace()) {
                take();
                return Entry.ENTERED;
            }
            if (queue.size() >= maxQueued) {
                return Entry.REFUSED;
            }
            queue.add(entered);
            wakeInTime();
            return Entry.WAITING;
        }
    }

    /** When a refused call may find a place in the queue: as soon as the rate lets the next call begin, at least a second. */
    synchronized Duration retryAfter() {
        Duration next = Duration.ofNanos(waitNanos());
        return next.compareTo(SHORTEST_RETRY) < 0 ? SHORTEST_RETRY : next;
    }

    /** Gives up a wait; without effect on one that is over. */
    synchronized void withdraw(Runnable entered) {
        queue.remove(entered);
    }

    void leave() {
        if (open) {
            return;
        }
        synchronized (this) {
            running--;
        }
        admit();
    }

    private void admit() {
        Thread me = Thread.currentThread();
        if (!admitting.add(me)) {
            return; // further up on this stack the loop goes on
        }
        try {
            for (Runnable next; (next = nextToEnter()) != null; ) {
                next.run();
            }
        } finally {
            admitting.remove(me);
        }
    }

    private synchronized @Nullable Runnable nextToEnter() {
        if (queue.isEmpty() || !hasPlace()) {
            wakeInTime();
            return null;
        }
        take();
        Iterator<Runnable> waiting = queue.iterator();
        Runnable next = waiting.next();
        waiting.remove();
        return next;
    }

    private boolean hasPlace() {
        return open || (!isFull() && waitNanos() == 0);
    }

    private boolean isFull() {
        return maxConcurrent > 0 && running >= maxConcurrent;
    }

    private long waitNanos() {
        return rate == null ? 0 : rate.waitNanos(timer.nanoTime());
    }

    private void take() {
        running++;
        if (rate != null) {
            rate.take(timer.nanoTime());
        }
    }

    /**
     * If the rate holds the queue, only the clock can let the next call in. If the number of running calls does, the next
     * one that leaves looks here again, and no alarm is set: it would find nothing to do.
     */
    private void wakeInTime() {
        if (wakes || queue.isEmpty() || isFull()) {
            return;
        }
        long wait = waitNanos();
        if (wait > 0) {
            wakes = true;
            var unused = timer.after(wait, this::woken);
        }
    }

    private void woken() {
        synchronized (this) {
            wakes = false;
        }
        admit();
    }
}
