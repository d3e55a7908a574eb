package dev.postern.flow;

import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The timer of the process. Every call sets an alarm, and nearly every call cancels it. So the alarms are kept in
 * order, and one thread waits for the first of them. It is woken only if an earlier alarm is set, which is rare,
 * because later alarms are nearly always due later. The timeouts of the JDK are not used: since JDK 25 they run on the
 * common pool, where blocking code of the application would delay every timeout. Not final, so that a test can make its
 * clock fail.
 */
class SystemTimer implements Timer, Runnable {
    static final SystemTimer SHARED = new SystemTimer();

    private static final long NEVER = Long.MAX_VALUE;
    /** How long the thread waits for an alarm before it ends. */
    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** The delay after an error of the thread, so that it does not use a whole core while there is no memory. */
    private static final long AFTER_ERROR_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final long epoch = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition earlier = lock.newCondition();

    // Guarded by the lock.
    private final TreeMap<Alarm, Runnable> alarms = new TreeMap<>();
    private long count;
    private boolean running; // the thread
    private long wakesAt = NEVER;

    /** A moment since the epoch, and a number that distinguishes alarms of the same moment. */
    private final class Alarm implements Comparable<Alarm>, Runnable {
        private final long due;
        private final long number;

        Alarm(long due, long number) {
            this.due = due;
            this.number = number;
        }

        @Override
        public int compareTo(Alarm other) {
            return due != other.due ? Long.compare(due, other.due) : Long.compare(number, other.number);
        }

        /** Cancels the alarm. */
        @Override
        public void run() {
            lock.lock();
            try {
                alarms.remove(this);
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Runnable after(long nanos, Runnable task) {
        lock.lock();
        try {
            long now = now();
            Alarm alarm = new Alarm(nanos < NEVER - 1 - now ? now + nanos : NEVER - 1, ++count);
            alarms.put(alarm, task);
            if (!running) {
                Dispatcher.onNewThread(this);
                running = true;
            } else if (alarm.due < wakesAt) {
                earlier.signal();
            }
            return alarm;
        } finally {
            lock.unlock();
        }
    }

    /** The thread. It survives every error, because all timeouts of the process depend on it. */
    @Override
    public void run() {
        boolean again;
        do {
            try {
                again = runNext();
            } catch (Throwable thrown) { // there is no memory; the alarms stay, and are tried again
                LockSupport.parkNanos(AFTER_ERROR_NANOS); // allocates nothing
                again = true;
            }
        } while (again);
    }

    /**
     * Runs the first alarm if it is due, otherwise waits for it or for an earlier one. Returns false if no alarm was
     * set for long.
     */
    private boolean runNext() {
        Runnable due;
        lock.lock();
        try {
            long now = now();
            due = takeDue(now);
            if (due == null && !awaitUntil(nextMoment(now), now) && alarms.isEmpty()) {
                running = false;
                return false;
            }
        } finally {
            lock.unlock();
        }
        if (due != null) {
            try {
                Dispatcher.pooled(due);
            } catch (RuntimeException | Error e) { // there is no thread or no memory; the other alarms are still tried
                return true;
            }
        }
        return true;
    }

    private @Nullable Runnable takeDue(long now) {
        var first = alarms.firstEntry();
        return first != null && first.getKey().due <= now ? alarms.remove(first.getKey()) : null;
    }

    /** A separate method, so that no variable of the waiting thread refers to a task that is cancelled meanwhile. */
    private long nextMoment(long now) {
        return alarms.isEmpty() ? now + KEEP_NANOS : alarms.firstKey().due;
    }

    /** Returns whether it was woken before that moment. */
    @SuppressWarnings("WaitNotInLoop") // run() is the loop: a spurious wake-up looks at the alarms again
    private boolean awaitUntil(long moment, long now) {
        wakesAt = moment; // not computed from a later time: the last moment of all would overflow
        try {
            return earlier.awaitNanos(moment - now) > 0;
        } catch (InterruptedException e) { // nothing interrupts this thread on purpose; the alarms continue
            return true;
        } finally {
            wakesAt = NEVER;
        }
    }

    private long now() {
        return nanoTime() - epoch;
    }
}
