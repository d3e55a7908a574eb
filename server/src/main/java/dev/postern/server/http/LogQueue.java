package dev.postern.server.http;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Writes the lines of a log on a thread of its own, because a log that blocks, such as a terminal that is not read, must not stop an event
 * loop. While too many lines wait, further ones are dropped and counted. Thread-safe.
 */
final class LogQueue implements AutoCloseable {
    private static final Duration CLOSE_TIME = Duration.ofSeconds(2);

    private final ThreadPoolExecutor thread;
    private final LongConsumer gap;
    private final AtomicLong missing = new AtomicLong(); // since the last line that says so

    /**
     * Starts no thread before the first line.
     *
     * @param capacity the most lines that wait
     * @param gap writes a line that says how many are missing
     */
    LogQueue(int capacity, LongConsumer gap) {
        this.gap = gap;
        thread = new ThreadPoolExecutor(
                1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(capacity), RequestPool.named("gateway-log-"));
        thread.allowCoreThreadTimeOut(true);
    }

    /** Adds what writes a line. After the end it is written at once. */
    void add(Runnable line) {
        try {
            thread.execute(() -> write(line));
        } catch (RejectedExecutionException e) {
            if (thread.isShutdown()) {
                write(line);
            } else {
                missing.incrementAndGet();
            }
        }
    }

    private void write(Runnable line) {
        try {
            long gone = missing.getAndSet(0);
            if (gone > 0) {
                gap.accept(gone);
            }
            line.run();
        } catch (RuntimeException | Error e) {
            // There is no other place that could be told that the log fails.
        }
    }

    /** Writes what waits, at most for two seconds. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            var unused = thread.awaitTermination(CLOSE_TIME.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
