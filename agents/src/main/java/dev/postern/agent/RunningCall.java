package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.flow.Timer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One call of a {@link ToolPhase}: approved, run, ended once. */
final class RunningCall {
    private final ToolPhase phase;
    private final RunContext context;
    private final int index;
    private final ToolCall call;
    private final @Nullable ToolResult refusal;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile Runnable stop = () -> {};
    private volatile @Nullable Delegation asked;
    private volatile Runnable cancelTimer = () -> {};

    RunningCall(ToolPhase phase, RunContext context, int index, PlannedCall planned) {
        this.phase = phase;
        this.context = context;
        this.index = index;
        this.call = planned.call();
        this.refusal = planned.refusal();
    }

    void begin() {
        if (refusal != null) {
            end(refusal);
            return;
        }
        ToolDefinition definition = context.tools().definition(call.name());
        if (definition == null) {
            end(error(
                    "there is no tool '" + call.name() + "'; " + context.tools().names() + "."));
            return;
        }
        if (call.malformedInput()) { // nobody need approve it, and no agent be asked
            end(new ToolText(call, Tool.DEFAULT_MAX_CHARACTERS).malformed(definition));
            return;
        }
        cancelTimer = context.timer().after(Timer.nanos(context.limits().toolTime()), this::late);
        if (ended.get()) {
            cancelTimer.run(); // it ended before there was a timer to cancel
        } else if (context.approval() == ToolApproval.ALL) {
            run();
        } else {
            approve();
        }
    }

    private void approve() {
        CompletableFuture<ToolApproval.Decision> decision = Approval.ask(context.approval(), call, context.executor());
        stopWith(() -> decision.cancel(true));
        var unused = decision.whenComplete((decided, thrown) -> {
            if (thrown != null) {
                refuse(thrown);
            } else if (decided.approved()) {
                run();
            } else {
                String reason = decided.reason();
                end(error("the call was refused" + (reason.isEmpty() ? "." : ": " + reason)));
            }
        });
    }

    private void refuse(Throwable thrown) {
        if (ended.get()) {
            ToolFailures.late(call, "an approval hook", thrown);
        } else {
            end(error("the call was refused: " + context.failures().told(call, "an approval hook", thrown)));
        }
    }

    private void run() {
        if (ended.get()) {
            return;
        }
        Tool tool = context.tools().tool(call.name());
        SubAgent agent = context.tools().agent(call.name());
        if (tool != null) {
            CompletableFuture<ToolResult> result = tool.call(call, context.failures(), context.executor());
            stopWith(() -> result.cancel(true));
            var unused = result.whenComplete(this::returned);
        } else if (agent != null) {
            try {
                ask(agent);
            } catch (Throwable e) { // of the one that finds the agent: nobody above could end the call
                failed(e);
            }
        }
    }

    private void returned(@Nullable ToolResult result, @Nullable Throwable thrown) {
        if (result != null) {
            end(result);
        } else if (thrown != null && !ended.get()) {
            phase.failed(fatal(thrown));
        }
    }

    /** Of an error after which nothing may go on, such as a lack of memory. It is no fault of a backend. */
    private LlmException fatal(Throwable thrown) {
        return LlmException.builder(
                        LlmException.Kind.CONFIGURATION,
                        "The run ended because the tool '" + call.name() + "' failed with "
                                + thrown.getClass().getName() + ", after which nothing may go on.")
                .cause(thrown)
                .build();
    }

    private void ask(SubAgent other) {
        Object message = call.input().get(SubAgent.MESSAGE);
        Optional<Agent> agent = other.agent().get();
        if (context.depth() >= SubAgent.MAX_DEPTH) {
            end(ToolResult.error(call.id(), SubAgent.TOO_DEEP));
        } else if (!(message instanceof String text) || text.isBlank()) {
            end(error("message: must be a text that is not empty."));
        } else if (agent.isEmpty()) {
            end(error("the agent '" + other.name() + "' does not exist any more."));
        } else {
            AgentInput input = AgentInput.of(text).by(context.input().user());
            Delegation delegation = new Delegation(phase, this, agent.get().name());
            asked = delegation;
            stopWith(delegation::cancel);
            agent.get().stream(input, context.below()).subscribe(delegation);
        }
    }

    /** What ends the work that goes on now. If the call has ended in the meantime, it ends at once. */
    private void stopWith(Runnable how) {
        stop = how;
        if (ended.get()) {
            how.run();
        }
    }

    private void late() {
        end(error("the tool did not finish within "
                + AgentLimits.inSeconds(context.limits().toolTime()) + "." + toolsCalled()));
        stop.run();
    }

    /** A model that asks an agent again should know what the agent has done already. */
    private String toolsCalled() {
        Delegation agent = asked;
        return agent == null ? "" : agent.toolsCalled();
    }

    /** The run's time is over. */
    void expire() {
        end(error("the time of the whole run was over before the tool finished." + toolsCalled()));
        stop.run();
    }

    /** Nobody waits for the result any more. */
    void stop() {
        ended.set(true);
        cancelTimer.run();
        stop.run();
    }

    /** Asked once when the call has begun and once when it has ended: true for who asks last, as it is over then. */
    boolean leavesPlace() {
        return left.getAndSet(true);
    }

    /** The answer of an agent that was asked. */
    void answered(String text) {
        end(ToolResult.of(call.id(), text));
    }

    /** An agent that was asked failed, or could not be found. */
    void failed(Throwable failure) {
        SubAgent agent = context.tools().agent(call.name());
        end(error("the agent '" + (agent == null ? call.name() : agent.name()) + "' failed: "
                + context.failures().told(call, "an agent that was asked", failure)
                + RunFailure.toolsCalled(failure)));
    }

    private ToolResult error(String sentence) {
        return ToolResult.error(call.id(), "Error: " + sentence);
    }

    private void end(ToolResult result) {
        if (ended.compareAndSet(false, true)) {
            cancelTimer.run();
            phase.ended(this, index, call, context.results().bounded(result));
        }
    }
}
