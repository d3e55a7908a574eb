package dev.postern.agent;

import dev.postern.ToolCall;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asked before each call of a tool, for example to let a person decide. Asked on one of the agent's threads, and may
 * block; the time counts as the tool's. What it throws refuses the call; it is logged with its stack, and the model is told of it
 * what {@link AgentBuilder#toolFailures} says.
 */
@FunctionalInterface
public interface ToolApproval {
    /** Lets every call pass. */
    ToolApproval ALL = call -> CompletableFuture.completedFuture(Decision.APPROVED);

    /** Decides about a call. */
    CompletionStage<Decision> decide(ToolCall call);

    /**
     * What was decided.
     *
     * @param approved whether the tool may run
     * @param reason why not, for the model to read
     */
    record Decision(boolean approved, String reason) {
        /** It may run. */
        public static final Decision APPROVED = new Decision(true, "");

        /** Refuses null. */
        public Decision {
            Objects.requireNonNull(reason, "reason");
        }

        /** It must not run; the model is told why. */
        public static Decision refused(String reason) {
            return new Decision(false, reason);
        }
    }
}
