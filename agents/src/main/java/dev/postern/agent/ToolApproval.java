package dev.postern.agent;

import dev.postern.ToolCall;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Approves or refuses each tool call before it runs, for example by asking a person. It is called on the agent's
 * executor and may block; its time counts as the tool's. An exception refuses the call. It is logged with its stack
 * trace; {@link AgentBuilder#toolFailures} sets what the model is told.
 */
@FunctionalInterface
public interface ToolApproval {
    /** Approves every call. */
    ToolApproval ALL = call -> CompletableFuture.completedFuture(Decision.APPROVED);

    /** Decides about a call. */
    CompletionStage<Decision> decide(ToolCall call);

    /**
     * The decision about a call.
     *
     * @param approved whether the tool may run
     * @param reason the reason of a refusal, for the model; may be empty
     */
    record Decision(boolean approved, String reason) {
        /** The call may run. */
        public static final Decision APPROVED = new Decision(true, "");

        /** Refuses null. */
        public Decision {
            Objects.requireNonNull(reason, "reason");
        }

        /** Refuses the call; the model is told the reason. */
        public static Decision refused(String reason) {
            return new Decision(false, reason);
        }
    }
}
