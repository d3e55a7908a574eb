package dev.postern.agent;

import dev.postern.LlmException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The failures of a run's memory. They are in the results of this run and of its parent runs, and fail this run if its
 * memory is required. Thread-safe, because tools run in parallel.
 */
final class MemoryFailures {
    private static final System.Logger LOG = System.getLogger("dev.postern.agent");

    private final boolean required;
    private final @Nullable MemoryFailures parent;
    private final List<LlmException> own = new CopyOnWriteArrayList<>();
    private final List<LlmException> all = new CopyOnWriteArrayList<>();

    /**
     * Starts without failures.
     *
     * @param required whether a failure fails the run
     * @param parent the failures of the run that called this agent, or null
     */
    MemoryFailures(boolean required, @Nullable MemoryFailures parent) {
        this.required = required;
        this.parent = parent;
    }

    /**
     * Logs and adds a failure.
     *
     * @param what the failed action, as a sentence without a full stop
     */
    void add(String what, Throwable cause) {
        LOG.log(Level.WARNING, what, cause);
        note(what, cause);
    }

    /** Adds a failure that is logged elsewhere. */
    void note(String what, Throwable cause) {
        LlmException failure = failure(what, cause);
        own.add(failure);
        for (MemoryFailures run = this; run != null; run = run.parent) {
            run.all.add(failure);
        }
    }

    /** Returns the failures of this run and of the agents that it called, in the order in which they happened. */
    List<LlmException> list() {
        return List.copyOf(all);
    }

    /** Returns the first failure of this run if its memory is required, else null. */
    @Nullable
    LlmException fatal() {
        return required && !own.isEmpty() ? own.get(0) : null;
    }

    /**
     * Returns the failure to report. It has the message of an {@code LlmException}, but not that of other exceptions,
     * which may contain private data.
     */
    private static LlmException failure(String what, Throwable cause) {
        if (cause instanceof LlmException known) {
            return known.toBuilder()
                    .message(what + ": " + known.getMessage())
                    .cause(known)
                    .build();
        }
        return LlmException.builder(
                        LlmException.Kind.SERVER,
                        what + ", because the memory failed with "
                                + cause.getClass().getName() + ".")
                .retryable(false)
                .cause(cause)
                .build();
    }
}
