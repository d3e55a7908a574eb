package dev.postern.testkit.project;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Captures the records of a logger until it is closed; they do not appear on the console. */
public final class CapturedLog implements AutoCloseable {
    private final Logger log; // a strong reference, else the logger is collected with its handler
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            synchronized (records) {
                records.add(record);
                records.notifyAll();
            }
        }

        @Override
        public void flush() {
            // nothing is buffered
        }

        @Override
        public void close() {
            // nothing to close
        }
    };

    private CapturedLog(String name) {
        log = Logger.getLogger(name);
        log.setUseParentHandlers(false);
        log.setLevel(Level.ALL);
        log.addHandler(handler);
    }

    /** Captures the logger of this name. */
    public static CapturedLog of(String name) {
        return new CapturedLog(name);
    }

    /** The records so far with at least this level. */
    public List<LogRecord> records(Level least) {
        return records.stream()
                .filter(record -> record.getLevel().intValue() >= least.intValue())
                .toList();
    }

    /** The messages so far, once this many of them contain this text; waits for them. */
    public List<String> await(int count, String text) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        synchronized (records) {
            while (messages().stream().filter(each -> each.contains(text)).count() < count) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("not logged " + count + " times: " + text + "; but: " + messages());
                }
                try {
                    records.wait(left);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return messages();
        }
    }

    /** The messages so far. */
    public List<String> messages() {
        return records.stream().map(LogRecord::getMessage).toList();
    }

    /** Sets the level of the logger, which is ALL in the beginning. */
    public CapturedLog level(Level level) {
        log.setLevel(level);
        return this;
    }

    @Override
    public void close() {
        log.removeHandler(handler);
        log.setUseParentHandlers(true);
        log.setLevel(null);
    }
}
