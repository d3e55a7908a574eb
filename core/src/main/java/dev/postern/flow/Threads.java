package dev.postern.flow;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;

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

    private static final AtomicInteger COUNT = new AtomicInteger();
    /** Threads end after a minute without work, so nobody has to close it. They inherit nothing from who calls first. */
    private static final Executor POOL = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(null, work, "postern-" + COUNT.incrementAndGet(), 0, false);
        thread.setDaemon(true);
        return thread;
    });

    private Threads() {}

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
