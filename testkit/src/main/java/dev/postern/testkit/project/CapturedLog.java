package dev.postern.testkit.project;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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

    /** The records so far with at least this level. */
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
