package dev.postern.gateway;

import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a backend: so many calls at once, so many a minute, so many that may wait, first come, first served.
 * Thread-safe; whoever waited is told outside of the lock.
 */
final class Gate {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final int maxConcurrent;
    private final int maxQueued;
    private final int perMinute;
    private final Timer timer;
    private volatile boolean open;

    private int running;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    /** When the calls of the last minute began; never more than may begin in one. */
    private final Deque<Long> begun = new ArrayDeque<>();

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
        this.perMinute = policy.requestsPerMinute();
        this.timer = timer;
        this.open = maxConcurrent == 0 && perMinute == 0;
    }

    /** Lets in all who wait, and everyone who comes: the backend is closed, and says so better than a wait. */
    void open() {
        open = true;
        admit();
    }

    /** Enters, or waits and is told later that it has entered. Who has entered must {@link #leave}. */
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
        return queue.poll();
    }

    private boolean hasPlace() {
        if (open) {
            return true;
        }
        if (maxConcurrent > 0 && running >= maxConcurrent) {
            return false;
        }
        long now = timer.nanoTime();
        while (!begun.isEmpty() && now - begun.element() >= MINUTE) {
            begun.remove();
        }
        return perMinute == 0 || begun.size() < perMinute;
    }

    private void take() {
        running++;
        if (perMinute > 0) {
            begun.add(timer.nanoTime());
        }
    }

    /** If it is the minute that is full, nobody's leaving will make room: the clock has to. */
    private void wakeInTime() {
        if (!wakes && !queue.isEmpty() && perMinute > 0 && begun.size() >= perMinute) {
            wakes = true;
            var unused = timer.after(Math.max(1, MINUTE - (timer.nanoTime() - begun.element())), this::woken);
        }
    }

    private void woken() {
        synchronized (this) {
            wakes = false;
        }
        admit();
    }
}
