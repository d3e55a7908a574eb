package dev.postern.server;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of requests: virtual threads from JDK 24 on, else a bounded pool. On JDK 21 to 23 a virtual thread pins
 * its carrier thread while it waits inside {@code synchronized}. The JDK's HTTP server waits there for each byte of a
 * request, so a few slow clients would block all others.
 */
final class RequestThreads {
    /** From JDK 24 on, a virtual thread does not pin its carrier thread inside {@code synchronized}. */
    private static final boolean VIRTUAL = Runtime.version().feature() >= 24;

    /** The largest number of active requests. */
    static final int CAPACITY = VIRTUAL ? 1500 : 256;

    /** The number of threads. The additional ones answer requests above the limit with an error. */
    private static final int THREADS = CAPACITY + 32;

    private static final int WAITING = 256; // with more, the server closes the connection

    private RequestThreads() {}

    /** Threads for requests. */
    static ExecutorService forRequests() {
        return VIRTUAL ? virtual() : pool();
    }

    /** Uses reflection, because Java 17, for which this module is compiled, has no such method. */
    private static ExecutorService virtual() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            return pool();
        }
    }

    private static ExecutorService pool() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), named("gateway-request-"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** A factory of daemon threads for background tasks. */
    static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
