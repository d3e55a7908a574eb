package dev.postern.benchmarks;

import dev.postern.benchmarks.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps a number of streams running. When one ends, the next one begins, until this object is closed. */
final class Streams implements AutoCloseable {
    private final Subject subject;
    private final String model;
    private final Expected expected;
    private final Delays delays;
    private final List<Tally> tallies = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLong running = new AtomicLong();
    /** Starts the streams, so that no stream starts inside the callback of another one. After its end it ignores tasks. */
    private final ThreadPoolExecutor starter = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Streams::thread, new DiscardPolicy());

    private volatile boolean stopped;

    Streams(Subject subject, String model, Delays delays) {
        this.subject = subject;
        this.model = model;
        this.expected = Expected.of(model);
        this.delays = delays;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "starter");
        thread.setDaemon(true);
        return thread;
    }

    /** Starts one more stream. */
    Tally begin() {
        Start start = new Start();
        tallies.add(start.tally);
        starter.execute(start);
        return start.tally;
    }

    private final class Start implements Runnable {
        final Tally tally = new Tally(expected, delays, this::ended);

        @Override
        public void run() {
            if (stopped) {
                return;
            }
            running.incrementAndGet();
            try {
                subject.stream(model, tally);
            } catch (RuntimeException e) {
                ended(e);
            }
        }

        private void ended(@Nullable Throwable wrong) {
            running.decrementAndGet();
            if (wrong != null) {
                failure.compareAndSet(null, wrong);
            } else {
                completed.incrementAndGet();
                if (!stopped) {
                    starter.execute(this);
                }
            }
        }
    }

    double events() {
        Throwable wrong = failure.get();
        if (wrong != null) {
            throw new IllegalStateException("a stream failed: " + wrong, wrong);
        }
        double events = 0;
        for (Tally tally : tallies) {
            events += tally.events();
        }
        return events;
    }

    long completed() {
        return completed.get();
    }

    long began() {
        return tallies.stream().filter(Tally::began).count();
    }

    /** Starts no further streams, and waits for the running ones. */
    void finish() throws InterruptedException {
        stopped = true;
        long patience = System.nanoTime() + 120_000_000_000L;
        while (running.get() > 0 && failure.get() == null && System.nanoTime() < patience) {
            Thread.sleep(5);
        }
        events(); // throws if a stream failed
        if (running.get() > 0) {
            throw new IllegalStateException(running + " streams do not end");
        }
    }

    /** Starts no further streams, and does not wait for the running ones. */
    @Override
    public void close() {
        stopped = true;
        starter.shutdownNow();
    }
}
