package dev.postern.reactor;

import io.micrometer.context.ContextRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A thread-local that is registered with Micrometer's registry for the tests of a class. */
final class Colour implements BeforeAllCallback, AfterAllCallback {
    /** Its key in a Reactor Context. */
    static final String KEY = "colour";

    private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, CURRENT);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
        CURRENT.remove();
    }

    /** The colour of the current thread, or {@code none}. */
    static String current() {
        String colour = CURRENT.get();
        return colour == null ? "none" : colour;
    }

    static void set(String colour) {
        CURRENT.set(colour);
    }

    static void clear() {
        CURRENT.remove();
    }
}
