package dev.postern.call;

import dev.postern.CallContext;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Runs code while a context is bound to the current thread. A binding that fails is logged; the code runs all the same. */
final class Bindings {
    private Bindings() {}

    static void run(Instrumentation.@Nullable ContextBinding binding, CallContext context, Runnable code) {
        AutoCloseable bound = null;
        if (binding != null) {
            try {
                bound = binding.bind(context);
            } catch (RuntimeException | Error e) { // such as a class that is missing
                log(e);
            }
        }
        try {
            code.run();
        } finally {
            if (bound != null) {
                try {
                    bound.close();
                } catch (Exception | Error e) {
                    log(e);
                }
            }
        }
    }

    private static void log(Throwable e) {
        System.getLogger("dev.postern.call").log(Level.WARNING, "a context binding threw", e);
    }
}
