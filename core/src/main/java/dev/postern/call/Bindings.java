package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.call.Instrumentation.ContextBinding;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Runs code while a context is bound to the current thread, in the order of the bindings; they are closed in the reverse order. A binding
 * that fails is logged; the others are bound, and the code runs all the same.
 */
final class Bindings {
    private Bindings() {}

    static void run(List<ContextBinding> bindings, CallContext context, Runnable code) {
        if (bindings.isEmpty()) {
            code.run();
            return;
        }
        Deque<AutoCloseable> bound = new ArrayDeque<>(bindings.size());
        try {
            for (ContextBinding each : bindings) {
                bind(each, context, bound);
            }
            code.run();
        } finally {
            bound.forEach(Bindings::close);
        }
    }

    private static void bind(ContextBinding binding, CallContext context, Deque<AutoCloseable> bound) {
        try {
            bound.addFirst(binding.bind(context));
        } catch (RuntimeException | Error e) { // such as a class that is missing
            log(e);
        }
    }

    private static void close(AutoCloseable bound) {
        try {
            bound.close();
        } catch (Exception | Error e) {
            log(e);
        }
    }

    /** Two bindings as one; if one of them fails, the other is bound all the same. */
    static ContextBinding nested(ContextBinding outer, ContextBinding inner) {
        return context -> {
            Deque<AutoCloseable> bound = new ArrayDeque<>(2);
            bind(outer, context, bound);
            bind(inner, context, bound);
            return () -> bound.forEach(Bindings::close);
        };
    }

    private static void log(Throwable e) {
        System.getLogger("dev.postern.call").log(Level.WARNING, "a context binding threw", e);
    }
}
