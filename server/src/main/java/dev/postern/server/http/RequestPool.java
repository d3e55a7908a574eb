package dev.postern.server.http;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which handlers run: they parse bodies and use stores, which may block. No thread waits for an answer
 * of a backend, so a few threads serve thousands of requests.
 */
public final class RequestPool implements AutoCloseable {
    private static final int THREADS = 64;

    private final ThreadPoolExecutor threads;

    /** At most {@code waiting} tasks wait for a thread. */
    RequestPool(int waiting) {
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting), named("gateway-request-"));
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs a task.
     *
     * @throws HttpFailure if too many tasks wait
     */
    void run(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            throw threads.isShutdown() ? HttpFailure.stopping() : HttpFailure.full();
        }
    }

    /** Stops, and waits this long for the tasks that run, which are interrupted. */
    void close(Duration wait) {
        threads.shutdownNow();
        try {
            var unused = threads.awaitTermination(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /** A factory of daemon threads. */
    public static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
