package dev.postern.testkit.project;

import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** A timer whose time only the test advances. Tasks run on the thread that advances it. */
public final class ManualTimer implements Timer {
    /** Overflows after one second, to detect comparisons of times without a subtraction. */
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

    private int scheduled;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(task -> task.due - now));

    private record Task(long due, Runnable action) {}

    /** A timer that stands still until {@link #advance}. */
    public ManualTimer() {}

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized Runnable after(long nanos, Runnable action) {
        Task task = new Task(now + nanos, action);
        tasks.add(task);
        scheduled++;
        notifyAll();
        return () -> cancel(task);
    }

    private synchronized void cancel(Task task) {
        tasks.removeIf(other -> other == task);
        notifyAll();
    }

    /** Advances the time, and runs each task at its due time. */
    public void advance(Duration time) {
        long end;
        synchronized (this) {
            end = now + time.toNanos();
        }
        for (Task next; (next = nextUntil(end)) != null; ) {
            next.action.run();
        }
    }

    private synchronized Task nextUntil(long end) {
        Task next = tasks.peek();
        if (next == null || next.due - end > 0) {
            now = end;
            return null;
        }
        now = next.due - now > 0 ? next.due : now;
        return tasks.poll();
    }

    /** The number of pending tasks. */
    public synchronized int pending() {
        return tasks.size();
    }

    /** The number of all tasks that were ever scheduled. */
    public synchronized int scheduled() {
        return scheduled;
    }

    /** Waits until this number of tasks is pending; at most 30 seconds. */
    public synchronized void awaitPending(int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (tasks.size() != count) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError(tasks.size() + " tasks are pending, not " + count);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** The time until the next task. */
    public synchronized Duration next() {
        return Duration.ofNanos(tasks.element().due - now);
    }
}
