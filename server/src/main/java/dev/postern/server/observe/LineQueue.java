package dev.postern.server.observe;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * Passes lines to a sink on a thread of its own. Adding a line never blocks: while the queue is full, lines are dropped and counted, and
 * the next line that is written says how many are missing. Thread-safe.
 */
final class LineQueue implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");
    private static final int BATCH = 256;
    private static final String WAKE_UP = new String("end"); // recognised by its identity
    private static final Duration CLOSE_TIME = Duration.ofSeconds(2);
    private static final long WARN_EVERY = TimeUnit.MINUTES.toNanos(1);

    private final BlockingQueue<String> lines;
    private final LineSink sink;
    private final LongFunction<String> gap;
    private final LongConsumer whenDropped;
    private final AtomicLong missing = new AtomicLong(); // dropped since the last line that says so
    private final Thread thread;
    private volatile boolean closed;
    private long warned = System.nanoTime() - WARN_EVERY; // used by the thread only

    /**
     * Starts the thread.
     *
     * @param capacity the most lines that wait
     * @param gap makes the line that says how many are missing
     * @param whenDropped is told each number of lines that were dropped
     */
    LineQueue(int capacity, LineSink sink, ThreadFactory threads, LongFunction<String> gap, LongConsumer whenDropped) {
        this.lines = new ArrayBlockingQueue<>(capacity);
        this.sink = sink;
        this.gap = gap;
        this.whenDropped = whenDropped;
        this.thread = threads.newThread(this::run);
        thread.start();
    }

    /** Adds a line, or drops it. */
    void add(String line) {
        if (closed || !lines.offer(line)) {
            drop(1);
        }
    }

    private void drop(long count) {
        missing.addAndGet(count);
        whenDropped.accept(count);
    }

    @SuppressWarnings("ReferenceEquality") // a line of a log may have the same text
    private void run() {
        List<String> batch = new ArrayList<>(BATCH);
        while (!closed || !lines.isEmpty()) {
            try {
                batch.add(lines.take());
                lines.drainTo(batch, BATCH - 1);
                batch.removeIf(line -> line == WAKE_UP);
                write(batch);
            } catch (InterruptedException e) {
                closed = true; // what waits is still written
            }
            batch.clear();
        }
        try {
            sink.close();
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "The access log could not be closed.", e);
        }
    }

    private void write(List<String> batch) {
        if (batch.isEmpty()) {
            return;
        }
        int lines = batch.size();
        long gone = missing.getAndSet(0);
        try {
            if (gone > 0) {
                batch.add(0, gap.apply(gone));
            }
            sink.write(batch);
        } catch (IOException | RuntimeException | Error e) { // the thread must not end
            missing.addAndGet(gone);
            drop(lines);
            warn(e);
        }
    }

    private void warn(Throwable failure) {
        long now = System.nanoTime();
        if (now - warned >= WARN_EVERY) {
            warned = now;
            LOGGER.log(Level.WARNING, () -> "The access log cannot be written, so its lines are lost: " + failure);
        }
    }

    /** Writes what waits, at most for two seconds, and stops the thread. */
    @Override
    public void close() {
        closed = true;
        lines.offer(WAKE_UP); // a full queue needs none
        try {
            thread.join(CLOSE_TIME.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            thread.interrupt(); // the sink hangs
        }
    }
}
