package dev.postern.agent;

import dev.postern.agent.RunListener.ToolOutcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the function of a tool ended, beside the result for the model. Written before the result is there, and read after that. */
final class ToolReport {
    private ToolOutcome outcome = ToolOutcome.RETURNED;
    private @Nullable Throwable failure;

    /** The function did not run. */
    void notRun() {
        outcome = ToolOutcome.NOT_RUN;
    }

    /** The function failed. */
    void failed(Throwable thrown) {
        outcome = ToolOutcome.FAILED;
        failure = thrown;
    }

    ToolOutcome outcome() {
        return outcome;
    }

    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }
}
