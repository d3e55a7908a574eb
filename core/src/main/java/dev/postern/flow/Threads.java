package dev.postern.flow;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Where work may run. A thread of the JDK's HTTP client reads for many streams at once; what blocks it stalls them all, so
 * nothing of a user's runs there but what has promised to be brief. What may block runs on threads of ours, as many as it
 * takes: the common pool has a single one on a small machine, and whoever blocks that stalls all timeouts.
 */
public final class Threads {
    private static final String READER = "jdk.internal.net.http.HttpClientImpl$SelectorManager";

    private static final ClassValue<Boolean> READERS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> thread) {
            return thread.getName().equals(READER);
        }
    };

    /** The topmost group; that of a caller may be destroyed, or belong to an application that ends. */
    private static final ThreadGroup TOP = top();

    /** Threads end after a minute without work, so nobody has to close it. */
    private static final Executor POOL = Executors.newCachedThreadPool(named("postern-"));

    private Threads() {}

    private static ThreadGroup top() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group != null && group.getParent() != null) {
            group = group.getParent();
        }
        return Objects.requireNonNull(group);
    }

    /**
     * Makes daemon threads that inherit nothing from the thread that happens to need the first one: neither its class loader,
     * which would be kept from being collected, nor its group, its priority or its inheritable thread-locals.
     */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it undoes what would be inherited
    public static ThreadFactory named(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(TOP, work, prefix + count.incrementAndGet(), 0, false);
            thread.setDaemon(true);
            thread.setPriority(Thread.NORM_PRIORITY);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            return thread;
        };
    }

    /**
     * Runs this on a thread of ours and waits for it: for what makes threads by itself, which inherit from the thread that
     * it runs on.
     */
    public static <T> T cleanly(Supplier<T> making) {
        try {
            return CompletableFuture.supplyAsync(making, Threads::elsewhere).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof Error known) {
                throw known;
            }
            throw e;
        }
    }

    /**
     * Whether the present thread reads for many streams. It is known by the JDK's name of its class; if that changes, no
     * thread counts as one.
     */
    public static boolean isReading() {
        return READERS.get(Thread.currentThread().getClass());
    }

    /** Does the work soon, on a thread that it may block. Where no thread can be made, on the common pool or at once. */
    public static void elsewhere(Runnable work) {
        try {
            POOL.execute(work);
        } catch (OutOfMemoryError e) { // an end that is lost would be lost for good
            ForkJoinPool common = ForkJoinPool.commonPool();
            if (common.getPoolSize() > 0) { // so it need not make a thread
                common.execute(work);
            } else {
                work.run();
            }
        }
    }

    /** Does the work at once, or elsewhere if the present thread reads. */
    public static void unlessReading(Runnable work) {
        if (isReading()) {
            elsewhere(work);
        } else {
            work.run();
        }
    }
}
