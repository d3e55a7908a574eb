package dev.postern.call;

import dev.postern.LlmException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Ends the waits of the interceptors around one attempt, because its provider is closed. Thread-safe. */
final class Abort {
    private final AtomicReference<@Nullable LlmException> why = new AtomicReference<>();
    private final Queue<Runnable> stages = new ConcurrentLinkedQueue<>();

    /** Ends the waits of all stages, with this failure. Later calls have no effect. */
    void because(LlmException failure) {
        if (why.compareAndSet(null, failure)) {
            stages.forEach(Runnable::run);
        }
    }

    /** The failure; null before. */
    @Nullable
    LlmException why() {
        return why.get();
    }

    /** Adds a stage, which must look at {@link #why} afterwards. */
    void add(Runnable wake) {
        stages.add(wake);
    }
}
