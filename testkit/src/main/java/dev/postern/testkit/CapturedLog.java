package dev.postern.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps what a logger says, and keeps it from the console, until it is closed. */
public final class CapturedLog implements AutoCloseable {
    private final Logger log; // held, or its handler would be lost with it
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            records.add(record);
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

    /** What was said so far, with at least this weight. */
    public List<LogRecord> records(Level least) {
        return records.stream()
                .filter(record -> record.getLevel().intValue() >= least.intValue())
                .toList();
    }

    @Override
    public void close() {
        log.removeHandler(handler);
        log.setUseParentHandlers(true);
        log.setLevel(null);
    }
}
