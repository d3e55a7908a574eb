package dev.postern.gateway;

import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a backend: concurrent calls, calls per minute, and queued calls in first-in-first-out order. Thread-safe.
 * Callbacks of queued calls run without the lock.
 */
final class CallLimiter {
    private static final Duration MIN_RETRY_AFTER = Duration.ofSeconds(1);

    private final int maxConcurrent;
    private final int maxQueued;
    private final @Nullable TokenBucket rate;
    private final Timer timer;
    private volatile boolean unlimited;

    private int running;
    /** Callbacks of queued calls. A set, so that the removal of a cancelled call needs no search. */
    private final Set<Runnable> queue = new LinkedHashSet<>();

    private boolean timerPending;

    /**
     * Threads that run {@link #admit}. A call that ends at once releases on the same stack, and must not recurse into
     * it.
     */
    private final Set<Thread> admitting = ConcurrentHashMap.newKeySet();

    /** The result of {@link #acquire}. */
    enum Admission {
        ADMITTED,
        QUEUED,
        REJECTED
    }

    CallLimiter(BackendPolicy policy, Timer timer) {
        this.maxConcurrent = policy.maxConcurrent();
        this.maxQueued = policy.maxQueued();
        this.rate = policy.requestsPerMinute() == 0
                ? null
                : new TokenBucket(policy.requestsPerMinute(), policy.requestsBurst(), timer.nanoTime());
        this.timer = timer;
        this.unlimited = maxConcurrent == 0 && rate == null;
    }

    /** Removes the limits and admits all calls, because the backend is closed and reports so to each call. */
    void disable() {
        unlimited = true;
        admit();
    }

    /** Admits or queues a call; a queued call is notified when it is admitted. An admitted call must {@link #release}. */
    Admission acquire(Runnable onAdmitted) {
        if (unlimited) {
            return Admission.ADMITTED;
        }
        synchronized (this) {
            if (queue.isEmpty() && hasCapacity()) {
                take();
                return Admission.ADMITTED;
            }
            if (queue.size() >= maxQueued) {
                return Admission.REJECTED;
            }
            queue.add(onAdmitted);
            scheduleAdmission();
            return Admission.QUEUED;
        }
    }

    /** When a rejected call may succeed: when the rate limit admits the next call, but not before one second. */
    synchronized Duration retryAfter() {
        Duration next = Duration.ofNanos(waitNanos());
        return next.compareTo(MIN_RETRY_AFTER) < 0 ? MIN_RETRY_AFTER : next;
    }

    /** Removes a call from the queue; no effect if it is not queued. */
    synchronized void cancel(Runnable onAdmitted) {
        queue.remove(onAdmitted);
    }

    void release() {
        if (unlimited) {
            return;
        }
        synchronized (this) {
            running--;
        }
        admit();
    }

    private void admit() {
        Thread current = Thread.currentThread();
        if (!admitting.add(current)) {
            return; // the loop further up on this stack continues
        }
        try {
            for (Runnable next; (next = nextToAdmit()) != null; ) {
                next.run();
            }
        } finally {
            admitting.remove(current);
        }
    }

    private synchronized @Nullable Runnable nextToAdmit() {
        if (queue.isEmpty() || !hasCapacity()) {
            scheduleAdmission();
            return null;
        }
        take();
        Iterator<Runnable> waiting = queue.iterator();
        Runnable next = waiting.next();
        waiting.remove();
        return next;
    }

    private boolean hasCapacity() {
        return unlimited || (!isFull() && waitNanos() == 0);
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
     * Sets a timer if the rate limit holds the queue. If the limit of concurrent calls holds it, no timer is needed: the next
     * release admits a call.
     */
    private void scheduleAdmission() {
        if (timerPending || queue.isEmpty() || isFull()) {
            return;
        }
        long wait = waitNanos();
        if (wait > 0) {
            timerPending = true;
            var unused = timer.after(wait, this::onTimer);
        }
    }

    private void onTimer() {
        synchronized (this) {
            timerPending = false;
        }
        admit();
    }
}
