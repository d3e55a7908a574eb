package dev.postern.flow;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides on which thread code runs. {@link #start} runs code that may block on another thread, {@link #runBlocking}
 * runs it on the current thread if that may be blocked, {@link #deliveryTo} calls a subscriber, and {@link #boundary}
 * receives the signals of the HTTP client.
 *
 * <p>The HTTP client has one thread for all its connections, the selector thread. Code that blocks it stops every call
 * of the client. {@link ClientTasks} decides which of the client's own tasks run there. Everything else runs on the
 * executor of the application, or on a pool of the process. The pool has as many threads as are needed; the JDK's
 * common pool has one on a small machine, and a subscriber that blocks would stop all others. Thread-safe.
 */
public final class Dispatcher {
    private static final ThreadFactory THREADS = new DaemonThreads("postern-", true);
    /** Idle threads end after a minute, so nobody has to close the pool. */
    private static final Executor POOL = new WorkerPool(THREADS, TimeUnit.MINUTES.toNanos(1));

    private static final Dispatcher SHARED = new Dispatcher(POOL, true);
    private static final Dispatcher FOREIGN = new Dispatcher(POOL, false);

    private final Executor executor;
    /** Whether a thread of the caller may be blocked, unless it is known to be one that must not. */
    private final boolean trustsCallers;

    private Dispatcher(Executor executor, boolean trustsCallers) {
        this.executor = executor;
        this.trustsCallers = trustsCallers;
    }

    /** The dispatcher that runs everything on the pool of the process. */
    public static Dispatcher shared() {
        return SHARED;
    }

    /**
     * A dispatcher for signals that come on threads of another library, which may be event loops: it runs what may block
     * on the pool of the process only.
     */
    public static Dispatcher forForeignThreads() {
        return FOREIGN;
    }

    /**
     * A dispatcher that runs code of the application on this executor: subscribers, ends of streams, and the creation
     * of requests. Tasks of the HTTP client run in the shared pool. If the executor rejects a task, or runs it on the
     * thread that submits it, the shared pool runs the task.
     */
    public static Dispatcher using(Executor executor) {
        return new Dispatcher(Objects.requireNonNull(executor, "executor"), true);
    }

    /** Makes daemon threads that inherit nothing from the thread that creates them. */
    public static ThreadFactory threads(String prefix) {
        return new DaemonThreads(prefix, false);
    }

    /** An executor for a new HTTP client. */
    public static Executor forClient() {
        return new ClientTasks();
    }

    /**
     * Whether a client with this executor starts calls on another thread than the caller's. Null is the default
     * executor.
     */
    public static boolean handsOver(@Nullable Executor ofClient) {
        return ofClient == null || ofClient instanceof ClientTasks;
    }

    /**
     * Checks that the current thread may be blocked.
     *
     * @throws IllegalStateException in {@code onNext} of a subscriber that promised not to block
     */
    public static void requireBlocking(String call) {
        if (ThreadState.mustNotBlock()) {
            throw new IllegalStateException(
                    call + " would block inside onNext of a NonBlockingSubscriber, and with it all"
                            + " streams of the HTTP client. Make the call on another thread, or subscribe with a plain"
                            + " Flow.Subscriber.");
        }
    }

    /** Runs a task on another thread. The task may block. */
    public void start(Runnable task) {
        if (executor == POOL) {
            pooled(task);
        } else {
            new Handover(task).submitTo(executor);
        }
    }

    /** Runs a task that may block: on the current thread if that may be blocked, otherwise on another one. */
    public void runBlocking(Runnable task) {
        if (mayRunHere()) {
            task.run();
        } else {
            start(task);
        }
    }

    private boolean mayRunHere() {
        boolean ofSharedPool = DaemonThreads.isPooled(Thread.currentThread());
        boolean isTheirs = executor == POOL ? trustsCallers || ofSharedPool : !ofSharedPool;
        return isTheirs && !ThreadState.mustNotBlock();
    }

    /** Creates the delivery to one subscriber. {@code promised} means that its {@code onNext} does not block. */
    public <T> Delivery<T> deliveryTo(Flow.Subscriber<? super T> subscriber, boolean promised) {
        return new Delivery<>(this, subscriber, promised);
    }

    /**
     * Creates the boundary for one exchange over a client with this executor; null is the default one. Another executor of
     * the application may run everything on the selector thread.
     */
    public ClientBoundary boundary(@Nullable Executor ofClient) {
        return new ClientBoundary(ofClient instanceof ClientTasks || (ofClient == null && executor == POOL));
    }

    /**
     * Runs a task in the shared pool. If no thread can be made, the task runs on the common pool or on the current
     * thread.
     */
    static void pooled(Runnable task) {
        POOL.execute(task);
    }

    /** Runs a task on a new thread. Throws an error if no thread can be made. */
    static void onNewThread(Runnable task) {
        THREADS.newThread(task).start();
    }

    /**
     * A task for the executor of the application, which may reject it, or run it on the submitting thread. It runs
     * once, even if the executor accepts it and then throws.
     */
    private static final class Handover implements Runnable {
        private @Nullable Runnable task; // guarded by this
        /** The thread inside {@code execute}. Only that thread compares itself with it, so it needs no lock. */
        private @Nullable Thread submitting = Thread.currentThread();

        Handover(Runnable task) {
            this.task = task;
        }

        void submitTo(Executor executor) {
            try {
                executor.execute(this);
                submitting = null; // from now on, this thread may be one of the executor
            } catch (RuntimeException | Error e) { // it is shut down or full, or can make no thread
                submitting = null;
                pooled(this);
            }
        }

        @Override
        public void run() {
            if (Thread.currentThread() == submitting) { // inside execute
                submitting = null;
                pooled(this);
                return;
            }
            Runnable claimed = claim();
            if (claimed != null) {
                claimed.run();
            }
        }

        private synchronized @Nullable Runnable claim() {
            Runnable claimed = task;
            task = null;
            return claimed;
        }
    }
}
