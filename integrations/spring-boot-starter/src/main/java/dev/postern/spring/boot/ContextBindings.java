package dev.postern.spring.boot;

import dev.postern.CallContext;
import dev.postern.call.Instrumentation.ContextBinding;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Several bindings as one: they are bound in their order and released in the opposite one. If one fails, those before it are released.
 *
 * @param bindings at least two
 */
record ContextBindings(List<ContextBinding> bindings) implements ContextBinding {
    @Override
    public AutoCloseable bind(CallContext context) {
        Deque<AutoCloseable> bound = new ArrayDeque<>();
        try {
            for (ContextBinding binding : bindings) {
                bound.push(binding.bind(context));
            }
        } catch (RuntimeException | Error e) {
            try {
                release(bound);
            } catch (Exception next) {
                e.addSuppressed(next);
            }
            throw e;
        }
        return () -> release(bound);
    }

    /** Releases all of them, the last one first, also if one fails; then throws the first failure. */
    private static void release(Deque<AutoCloseable> bound) throws Exception {
        Exception failure = null;
        for (AutoCloseable next : bound) {
            try {
                next.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
