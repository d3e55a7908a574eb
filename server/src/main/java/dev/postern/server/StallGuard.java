package dev.postern.server;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends a read or a write for which the client makes us wait too long. The JDK's server has no timeout for either, nor a
 * way to its sockets; but to interrupt a thread that waits for a channel closes that channel.
 */
final class StallGuard implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer;

    /** What reads from a client, and nothing else: anything that waits would be interrupted as well. */
    @FunctionalInterface
    interface Reading<T> {
        T run() throws IOException;
    }

    /** What writes to a client, and nothing else. */
    @FunctionalInterface
    interface Writing {
        void run() throws IOException;
    }

    StallGuard() {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "gateway-stalls");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Reads, for so long at most. */
    <T> T read(Duration limit, Reading<T> reading) throws IOException {
        Watch watch = new Watch(limit);
        try {
            return reading.run();
        } finally {
            watch.end();
        }
    }

    /** Writes, for so long at most. */
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

    /** One thread's time. */
    private final class Watch {
        private final Thread thread = Thread.currentThread();
        private final Future<?> alarm;
        private boolean over;
        private boolean rung;

        Watch(Duration limit) {
            alarm = timer.schedule(this::ring, limit.toMillis(), TimeUnit.MILLISECONDS);
        }

        private synchronized void ring() {
            if (!over) {
                rung = true;
                thread.interrupt();
            }
        }

        void end() {
            alarm.cancel(false);
            synchronized (this) {
                over = true;
                if (rung) {
                    Thread.interrupted(); // meant for the channel, which is closed now
                }
            }
        }
    }
}
