package dev.postern.gateway;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Captures the log records of one logger while this is open; they are not passed to other handlers. */
final class LogCapture implements AutoCloseable {
    private final Logger logger;
    private final boolean inherited;
    private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            records.add(logged);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private LogCapture(String name) {
        logger = Logger.getLogger(name);
        inherited = logger.getUseParentHandlers();
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    static LogCapture of(String name) {
        return new LogCapture(name);
    }

    /** The messages of a level, such as {@code WARNING}. */
    List<String> lines(String level) {
        return records.stream()
                .filter(logged -> logged.getLevel().getName().equals(level))
                .map(LogRecord::getMessage)
                .toList();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(inherited);
    }
}
