package dev.postern.server;

import java.util.logging.LogManager;

/**
 * Keeps the JDK's log open until the server has stopped. Otherwise the JDK closes it as soon as the process is told to end,
 * and what is cut off then would leave no line. Public for the JDK, which makes it by its name: the property has to be set
 * before this class or any other one of the log is initialized.
 */
public final class LastingLog extends LogManager {
    /** Made by the JDK, which the system property {@value #PROPERTY} tells to use this class. */
    public LastingLog() {}

    /** The JDK's system property that names its log manager. */
    static final String PROPERTY =
            "java.util.logging.manager"; // a constant, which initializes no class where it is used

    private static volatile boolean closing;

    /** The last line was written. */
    static void close() {
        closing = true;
        if (LogManager.getLogManager() instanceof LastingLog log) {
            log.reset();
        }
    }

    /** Called by the JDK at the end of the process, too early. */
    @Override
    public void reset() {
        if (closing) {
            super.reset();
        }
    }
}
