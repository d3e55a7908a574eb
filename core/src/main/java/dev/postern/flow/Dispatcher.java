package dev.postern.flow;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Decides on which thread code runs. Other classes say what they want: {@link #start} runs what may block on another thread,
 * {@link #runBlocking} runs it here if the present thread may be blocked, {@link #deliveryTo} calls a subscriber, and {@link
 * #inlet} takes the signals of the HTTP client.
 *
 * <p>The HTTP client has one thread for all its connections, the selector thread. Code that blocks there stops every call of
 * the client. {@link ClientTasks} decides which of the client's own tasks run there; everything else runs on the executor of
 * the application, or on a pool that the process shares. The pool has as many threads as are needed: the JDK's common pool
 * has one on a small machine, and one subscriber that blocks would stop all others. Thread-safe.
 */
public final class Dispatcher {
    /** Idle threads end after a minute, so nobody has to close the pool. */
    private static final Executor POOL = Executors.newCachedThreadPool(new DaemonThreads("postern-", true));

    private static final Dispatcher SHARED = new Dispatcher(POOL);

    private final Executor executor;

    private Dispatcher(Executor executor) {
        this.executor = executor;
    }

    /** The dispatcher that runs everything on the pool of the process. */
    public static Dispatcher shared() {
        return SHARED;
    }

    /**
     * A dispatcher that runs the application's code on this executor: calls of subscribers, ends, and the making of requests.
     * The tasks of the HTTP client stay on the shared pool. If the executor refuses a task, or runs it on the thread that
     * hands it over, the shared pool runs it.
     */
    public static Dispatcher using(Executor executor) {
        return new Dispatcher(Objects.requireNonNull(executor, "executor"));
    }

    /** Makes daemon threads that inherit nothing from the thread that needs the first one. */
    public static ThreadFactory threads(String prefix) {
        return new DaemonThreads(prefix, false);
    }

    /** An executor for an HTTP client of ours. */
    public static Executor forClient() {
        return new ClientTasks();
    }

    /** Whether a client with this executor, or with its default one, begins no call on the thread of the caller. */
    public static boolean handsOver(@Nullable Executor ofClient) {
        return ofClient == null || ofClient instanceof ClientTasks;
    }

    /**
     * Checks that the present thread may be blocked.
     *
     * @throws IllegalStateException in {@code onNext} of a subscriber that promised not to block
     */
    public static void requireBlocking(String call) {
        if (ThreadState.isBrief()) {
            throw new IllegalStateException(
                    call + " would block inside onNext of a NonBlockingSubscriber, and with it all"
                            + " streams of the HTTP client. Make the call on another thread, or subscribe with a plain"
                            + " Flow.Subscriber.");
        }
    }

    /** Runs this on another thread, which it may block. */
    public void start(Runnable task) {
        if (executor == POOL) {
            pooled(task);
        } else {
            new Handover(task).submitTo(executor);
        }
    }

    /** Runs this at once if the present thread may be blocked, otherwise on another thread. */
    public void runBlocking(Runnable task) {
        if (mayRunHere()) {
            task.run();
        } else {
            start(task);
        }
    }

    private boolean mayRunHere() {
        boolean ofSharedPool = DaemonThreads.isPooled(Thread.currentThread());
        return !ThreadState.isBrief() && (executor == POOL || !ofSharedPool);
    }

    /** The way to one subscriber; {@code promised} if its {@code onNext} returns at once. */
    public <T> Delivery<T> deliveryTo(Flow.Subscriber<? super T> subscriber, boolean promised) {
        return new Delivery<>(this, subscriber, promised);
    }

    /**
     * The way in for the signals of one HTTP exchange, over a client with this executor, or with its default one. An executor
     * of others may run everything on the selector thread.
     */
    public Inlet inlet(@Nullable Executor ofClient) {
        return new Inlet(ofClient instanceof ClientTasks || (ofClient == null && executor == POOL));
    }

    /** Runs this on a thread of the shared pool. Where no thread can be made, on the common pool or at once. */
    static void pooled(Runnable task) {
        try {
            onNewThread(task);
        } catch (OutOfMemoryError e) { // an end that is lost would be lost for good
            ForkJoinPool common = ForkJoinPool.commonPool();
            if (common.getPoolSize() > 0) { // so it need not make a thread
                common.execute(task);
            } else {
                task.run();
            }
        }
    }

    /** Runs this on a thread of the shared pool, or throws an error if no thread can be made. */
    static void onNewThread(Runnable task) {
        POOL.execute(task);
    }

    /** A task for the executor of the application, which may refuse it, or run it where it must not run. */
    private static final class Handover implements Runnable {
        private final Runnable task;
        private @Nullable Thread submitting = Thread.currentThread();

        Handover(Runnable task) {
            this.task = task;
        }

        void submitTo(Executor executor) {
            try {
                executor.execute(this);
            } catch (RuntimeException e) { // it is shut down, or full
                pooled(task);
            }
        }

        @Override
        public void run() {
            if (Thread.currentThread() == submitting) {
                pooled(task);
            } else {
                submitting = null; // so that a long task keeps no thread
                task.run();
            }
        }
    }
}
