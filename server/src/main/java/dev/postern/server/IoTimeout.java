package dev.postern.server;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends reads and writes that take too long. The JDK's server has no timeouts for them and does not give access to its
 * sockets. But an interrupt of a thread that waits for a channel closes the channel.
 */
final class IoTimeout implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer;

    /** Reads from a client. It must not wait for anything else, because the thread may be interrupted. */
    @FunctionalInterface
    interface Reading<T> {
        T run() throws IOException;
    }

    /** Writes to a client. It must not wait for anything else. */
    @FunctionalInterface
    interface Writing {
        void run() throws IOException;
    }

    IoTimeout() {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "gateway-stalls");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Reads with a time limit. */
    <T> T read(Duration limit, Reading<T> reading) throws IOException {
        Watch watch = new Watch(limit);
        try {
            return reading.run();
        } finally {
            watch.end();
        }
    }

    /** Writes with a time limit. */
    void write(Duration limit, Writing writing) throws IOException {
        Watch watch = new Watch(limit);
        try {
            writing.run();
        } finally {
            watch.end();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** The time limit of one read or write. */
    private final class Watch {
        private final Thread thread = Thread.currentThread();
        private final Future<?> alarm;
        private boolean ended;
        private boolean interrupted;

        Watch(Duration limit) {
            alarm = timer.schedule(this::interrupt, limit.toMillis(), TimeUnit.MILLISECONDS);
        }

        private synchronized void interrupt() {
            if (!ended) {
                interrupted = true;
                thread.interrupt();
            }
        }

        void end() {
            alarm.cancel(false);
            synchronized (this) {
                ended = true;
                if (interrupted) {
                    Thread.interrupted(); // clears the flag: the interrupt has closed the channel
                }
            }
        }
    }
}
