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

    static Instrumentation.ContextBinding nested(
            Instrumentation.ContextBinding outer, Instrumentation.ContextBinding inner) {
        return context -> {
            AutoCloseable first = outer.bind(context);
            AutoCloseable second;
            try {
                second = inner.bind(context);
            } catch (RuntimeException | Error e) { // such as a class that is missing
                log(e);
                return first;
            }
            return () -> {
                try {
                    second.close();
                } finally {
                    first.close();
                }
            };
        };
    }

    private static void log(Throwable e) {
        System.getLogger("dev.postern.call").log(Level.WARNING, "a context binding threw", e);
    }
}
