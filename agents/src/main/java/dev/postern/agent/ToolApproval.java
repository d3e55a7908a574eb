package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.ToolCall;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

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

    /** Decides about a call, with the context of the call: who asks, and the time that is left. The agent calls this method. */
    default CompletionStage<Decision> decide(ToolCall call, CallContext context) {
        return decide(call);
    }

    /** A hook that needs the context of the call. Without a context it gets {@link CallContext#NONE}. */
    static ToolApproval of(BiFunction<? super ToolCall, ? super CallContext, CompletionStage<Decision>> hook) {
        Objects.requireNonNull(hook, "hook");
        return new ToolApproval() {
            @Override
            public CompletionStage<Decision> decide(ToolCall call) {
                return decide(call, CallContext.NONE);
            }

            @Override
            public CompletionStage<Decision> decide(ToolCall call, CallContext context) {
                return hook.apply(call, context);
            }
        };
    }

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
