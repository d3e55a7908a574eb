package dev.postern.server;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that requests run on: virtual ones where the JDK has good ones, else those of a bounded pool. From JDK 21 to
 * 23 a virtual thread keeps hold of a real one while it waits inside {@code synchronized}, as those of the JDK's HTTP server
 * do for each byte of a request; a handful of slow clients would then stop all others.
 */
final class Workers {
    /** From this release on, virtual threads wait inside {@code synchronized} as they do elsewhere. */
    private static final boolean VIRTUAL = Runtime.version().feature() >= 24;

    /** How many requests can be answered at the same time. */
    static final int CAPACITY = VIRTUAL ? 1500 : 256;

    /** Some more threads than that, so that those who are too many can be told so. */
    private static final int THREADS = CAPACITY + 32;

    private static final int WAITING = 256; // beyond these, the server closes the connection

    private Workers() {}

    /** Threads for requests. */
    static ExecutorService forRequests() {
        return VIRTUAL ? virtual() : pool();
    }

    /** Looked up by name, as this module is compiled for Java 17, which has no such method. */
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

    /** Threads for what goes on besides the requests. They do not keep the process alive. */
    static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
