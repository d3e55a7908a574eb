package dev.postern.benchmarks;

import dev.postern.benchmarks.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps a number of streams running. When one ends, the next one begins. */
final class Streams {
    private final Subject subject;
    private final String model;
    private final Expected expected;
    private final Delays delays;
    private final List<Tally> tallies = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLong running = new AtomicLong();
    /** Starts the streams, so that no stream starts inside the callback of another one. */
    private final ExecutorService starter = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "starter");
        thread.setDaemon(true);
        return thread;
    });

    private volatile boolean stopped;

    Streams(Subject subject, String model, Delays delays) {
        this.subject = subject;
        this.model = model;
        this.expected = Expected.of(model);
        this.delays = delays;
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
        starter.shutdown();
    }
}
