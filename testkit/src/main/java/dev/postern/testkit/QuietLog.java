package dev.postern.testkit;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps a logger quiet while a test does on purpose what is worth a warning. */
public final class QuietLog implements BeforeAllCallback, AfterAllCallback {
    private final Logger log; // held, or the level would be lost with it

    private QuietLog(String name) {
        log = Logger.getLogger(name);
    }

    /** Quiet is the logger of this name. */
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
