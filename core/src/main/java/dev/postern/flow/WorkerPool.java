package dev.postern.flow;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs each task on a thread of the pool, first in, first out. Tasks may block for any time and may wait for each other,
 * so the pool has as many threads as are needed. Unlike {@code Executors.newCachedThreadPool}, it does not wake a thread
 * for each task: a thread that has finished a task takes the next one. Thread-safe.
 *
 * <p>At most one thread at a time has the role of the <em>searcher</em>: it was woken or created to look for a task, and
 * has not found one. {@link #execute} wakes a thread only if there is no searcher. A searcher that finds a task passes
 * the role on before it runs the task: to another thread if there are more tasks, otherwise to nobody.
 *
 * <p>Why no task waits for a thread that blocks: a task is added to the queue first, and the role is read afterwards. If
 * the role was taken, its holder has not given it up at that moment. A holder that gives it up to nobody looks at the
 * queue again afterwards, and so sees the task; it, or whoever has the role by then, continues. Therefore, while a task is
 * in the queue, some thread has the role, or is about to take it, or is about to look at the queue. None of these
 * runs a task before it has passed the role on.
 */
final class WorkerPool implements Executor {
    private final ThreadFactory threads;
    private final long idleNanos;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean searching = new AtomicBoolean();
    /** The thread that became idle last, whose data are most likely in the cache. Guarded by this. */
    private @Nullable Worker idle;

    /**
     * Creates a pool without threads.
     *
     * @param threads makes the threads
     * @param idleNanos how long a thread waits for a task before it ends, in nanoseconds
     */
    WorkerPool(ThreadFactory threads, long idleNanos) {
        this.threads = threads;
        this.idleNanos = idleNanos;
    }

    /** Throws nothing: if there is no memory or no thread, the task runs on the common pool or on the current thread. */
    @Override
    public void execute(Runnable task) {
        try {
            tasks.add(task);
        } catch (OutOfMemoryError e) { // it was not added
            runWithoutThread(task);
            return;
        }
        if (takeRole()) {
            wake();
        }
    }

    private boolean takeRole() {
        return !searching.get() && searching.compareAndSet(false, true);
    }

    /** Gives the role up. Returns whether the current thread has taken it again, because a task came meanwhile. */
    private boolean giveUpRole() {
        searching.set(false);
        return !tasks.isEmpty() && takeRole();
    }

    /** Gives the role of the current thread to another one. */
    private void wake() {
        Worker woken = takeIdle();
        if (woken != null) {
            woken.searcher = true;
            LockSupport.unpark(woken.thread);
            return;
        }
        try {
            threads.newThread(new Worker()).start();
        } catch (RuntimeException | Error e) { // there is no memory for a thread, for example
            searching.set(false); // before the loop, which takes every task that was added until now
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                runWithoutThread(task);
            }
        }
    }

    /** Otherwise the end of a stream could be lost. */
    private static void runWithoutThread(Runnable task) {
        try {
            ForkJoinPool common = ForkJoinPool.commonPool();
            if (common.getPoolSize() > 0) { // so it does not need a new thread
                common.execute(task);
                return;
            }
        } catch (RuntimeException | Error e) { // it was not added
        }
        run(task);
    }

    private synchronized @Nullable Worker takeIdle() {
        Worker first = idle;
        if (first != null) {
            idle = first.below;
            first.below = null;
        }
        return first;
    }

    private synchronized void addIdle(Worker worker) {
        worker.below = idle;
        idle = worker;
    }

    /** Returns false if another thread has taken it. */
    private synchronized boolean removeIdle(Worker worker) {
        Worker above = null;
        for (Worker each = idle; each != null; above = each, each = each.below) {
            if (each == worker) {
                if (above == null) {
                    idle = each.below;
                } else {
                    above.below = each.below;
                }
                return true;
            }
        }
        return false;
    }

    /** Runs a task. What it throws goes where it would go if the thread ended. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            try {
                Thread current = Thread.currentThread();
                current.getUncaughtExceptionHandler().uncaughtException(current, thrown);
            } catch (Throwable ofHandler) { // the JVM ignores it, too
            }
        }
    }

    private final class Worker implements Runnable {
        private volatile @Nullable Thread thread;
        private volatile boolean searcher = true;
        /** The next one in the stack of idle threads. Guarded by the pool. */
        private @Nullable Worker below;

        @Override
        public void run() {
            thread = Thread.currentThread();
            do {
                while (runNext()) {}
            } while (awaitRole());
        }

        /** Returns whether there was a task. A separate method, so that no variable of an idle thread refers to a task. */
        private boolean runNext() {
            Runnable task = tasks.poll();
            if (task == null) {
                if (searcher) {
                    searcher = giveUpRole();
                }
                return searcher;
            }
            if (searcher) {
                searcher = false;
                if (!tasks.isEmpty() || giveUpRole()) {
                    wake();
                }
            }
            var unused = Thread.interrupted(); // of the task before, or of the idle thread; it must not reach this one
            WorkerPool.run(task);
            return true;
        }

        /** Waits until this thread has the role. Returns false if it was idle for too long. */
        private boolean awaitRole() {
            addIdle(this);
            long end = System.nanoTime() + idleNanos;
            while (!searcher) {
                long left = end - System.nanoTime();
                if (left > 0) {
                    LockSupport.parkNanos(WorkerPool.this, left);
                } else if (removeIdle(this)) {
                    return false;
                } else {
                    end += idleNanos; // another thread has taken it, and is about to wake it
                }
                var unused = Thread.interrupted(); // otherwise it could not park
            }
            return true;
        }
    }
}
