package dev.postern.testkit.project;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Turns a logger off for a test class that causes warnings on purpose. */
public final class QuietLog implements BeforeAllCallback, AfterAllCallback {
    private final Logger log; // a strong reference, else the logger is collected with its level

    private QuietLog(String name) {
        log = Logger.getLogger(name);
    }

    /** Turns off the logger of this name. */
    public static QuietLog of(String name) {
        return new QuietLog(name);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        log.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        log.setLevel(null);
    }
}
