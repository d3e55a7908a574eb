package dev.postern.agent;

import dev.postern.LlmException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What of a run's memory could not be read or stored. It is logged and told in the result, also in that of the run above,
 * and fails the run where the memory is required. Thread-safe, as tools run at the same time.
 */
final class MemoryFailures {
    private static final System.Logger LOG = System.getLogger("dev.postern.agent");

    private final boolean required;
    private final @Nullable MemoryFailures above;
    private final List<LlmException> own = new CopyOnWriteArrayList<>();
    private final List<LlmException> all = new CopyOnWriteArrayList<>();

    /**
     * No failure yet.
     *
     * @param required whether a failure fails the run
     * @param above those of the run that asked for this one
     */
    MemoryFailures(boolean required, @Nullable MemoryFailures above) {
        this.required = required;
        this.above = above;
    }

    /**
     * Something failed, and the log is told of it.
     *
     * @param sentence what failed, without a full stop
     */
    void add(String sentence, Throwable cause) {
        LOG.log(Level.WARNING, sentence, cause);
        note(sentence, cause);
    }

    /** Something failed of which the log is told by somebody else. */
    void note(String sentence, Throwable cause) {
        LlmException failure = failure(sentence, cause);
        own.add(failure);
        for (MemoryFailures run = this; run != null; run = run.above) {
            run.all.add(failure);
        }
    }

    /** Those of this run and of the agents that it asked, in the order in which they happened. */
    List<LlmException> list() {
        return List.copyOf(all);
    }

    /** The first failure of this run, if none may happen. */
    @Nullable
    LlmException fatal() {
        return required && !own.isEmpty() ? own.get(0) : null;
    }

    /** A store's own failures say what is wrong; the message of any other exception may hold what nobody should read. */
    private static LlmException failure(String sentence, Throwable cause) {
        if (cause instanceof LlmException known) {
            return known.toBuilder()
                    .message(sentence + ": " + known.getMessage())
                    .cause(known)
                    .build();
        }
        return LlmException.builder(
                        LlmException.Kind.SERVER,
                        sentence + ", as the memory failed with "
                                + cause.getClass().getName() + ".")
                .retryable(false)
                .cause(cause)
                .build();
    }
}
