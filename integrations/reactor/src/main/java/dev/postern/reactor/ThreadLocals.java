package dev.postern.reactor;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.function.Supplier;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The thread-locals that are registered with Micrometer's {@code ContextRegistry}. Cannot be loaded without its library, see {@link
 * SubscriberContext#HAS_THREAD_LOCALS}.
 */
final class ThreadLocals {
    private static final ContextSnapshotFactory SNAPSHOTS =
            ContextSnapshotFactory.builder().build();

    private ThreadLocals() {}

    /** Does nothing, and fails if the library is not there. */
    static void load() {}

    /** Sets the thread-locals of which the context has a value; closing the result restores what they were before. */
    static AutoCloseable set(ContextView view) {
        return SNAPSHOTS.setThreadLocalsFrom(view);
    }

    /** Calls code under the thread-locals of a context. */
    @SuppressWarnings("try") // the scope is only closed
    static <T> T call(ContextView view, Supplier<T> code) {
        try (ContextSnapshot.Scope scope = SNAPSHOTS.setThreadLocalsFrom(view)) {
            return code.get();
        }
    }

    /** A context with the values of the current thread in addition. */
    static Context capture(Context context) {
        return SNAPSHOTS.captureAll().updateContext(context);
    }
}
