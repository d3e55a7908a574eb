package dev.postern.server;

import java.util.logging.LogManager;

/**
 * Keeps the JDK's log open until the server has stopped. The JDK's own log manager closes it when the shutdown of the
 * process begins, so that requests that are cut off would not be logged. The class is public because the JDK creates it
 * by name. The property must be set before this class or another class of the JDK's log is initialized.
 */
public final class ShutdownLogManager extends LogManager {
    /** Called by the JDK, if the system property {@value #PROPERTY} names this class. */
    public ShutdownLogManager() {}

    /** The JDK's system property that names its log manager. */
    static final String PROPERTY = "java.util.logging.manager"; // a constant: using it does not initialize this class

    private static volatile boolean closing;

    /** Closes the log, after the last line was written. */
    static void close() {
        closing = true;
        if (LogManager.getLogManager() instanceof ShutdownLogManager log) {
            log.reset();
        }
    }

    /** Called by the JDK when the shutdown begins, which is too early. */
    @Override
    public void reset() {
        if (closing) {
            super.reset();
        }
    }
}
