package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.agent.RunListener.ToolOutcome;
import dev.postern.flow.Timer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One tool call of a {@link ToolPhase}, from its approval to its only result. A {@link ToolExecution} or another agent
 * does the work; this class ends it by a result, a time limit or a cancel, whichever comes first.
 */
final class RunningCall {
    private final ToolPhase phase;
    private final RunContext context;
    private final int index;
    private final ToolCall call;
    private final @Nullable ToolResult refusal;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean slotReleased = new AtomicBoolean();
    private volatile Runnable stop = () -> {};
    private volatile @Nullable SubAgentSubscriber subAgent;
    private volatile Runnable cancelTimer = () -> {};
    private volatile @Nullable WatchedCall watched;

    RunningCall(ToolPhase phase, RunContext context, int index, PlannedCall planned) {
        this.phase = phase;
        this.context = context;
        this.index = index;
        this.call = planned.call();
        this.refusal = planned.refusal();
    }

    void begin() {
        context.scope().news().whereListenersMayBlock(() -> {
            try {
                watched = WatchedCall.begin(context, call);
                checked();
            } catch (Throwable e) { // there is no memory, for example; no caller could end the call
                phase.fail(e);
            }
        });
    }

    /** The call, after it has begun. */
    private WatchedCall watched() {
        return Objects.requireNonNull(watched);
    }

    private void checked() {
        if (refusal != null) {
            endNotRun(refusal);
            return;
        }
        ToolDefinition definition = context.tools().definition(call.name());
        if (definition == null) {
            endNotRun(error(
                    "there is no tool '" + call.name() + "'; " + context.tools().names() + "."));
            return;
        }
        if (call.malformedInput()) { // needs neither approval nor an agent
            endNotRun(new ToolResultFactory(call, Tool.DEFAULT_MAX_CHARACTERS).malformed(definition));
            return;
        }
        cancelTimer = context.timer().after(Timer.nanos(context.limits().toolTime()), this::timeOut);
        if (ended.get()) {
            cancelTimer.run(); // the call ended before cancelTimer was set
        } else if (context.approval() == ToolApproval.ALL) {
            run();
        } else {
            approve();
        }
    }

    private void approve() {
        CompletableFuture<ToolApproval.Decision> decision = ApprovalRequest.ask(
                context.approval(), call, watched().context(), watched().executor());
        stopWith(() -> decision.cancel(true));
        var unused = decision.whenComplete((decided, thrown) -> {
            if (thrown != null) {
                refuse(thrown);
            } else if (decided.approved()) {
                run();
            } else {
                String reason = decided.reason();
                endNotRun(error("the call was refused" + (reason.isEmpty() ? "." : ": " + reason)));
            }
        });
    }

    private void refuse(Throwable thrown) {
        if (ended.get()) {
            ToolFailures.late(call, "an approval hook", thrown);
        } else {
            end(
                    error("the call was refused: " + context.failures().report(call, "an approval hook", thrown)),
                    ToolOutcome.NOT_RUN,
                    Optional.of(ToolFailures.unwrapped(thrown)));
        }
    }

    private void run() {
        if (ended.get()) {
            return;
        }
        Tool tool = context.tools().tool(call.name());
        SubAgent agent = context.tools().agent(call.name());
        if (tool != null) {
            ToolReport report = new ToolReport();
            CompletableFuture<ToolResult> result = tool.call(
                    call,
                    watched().context(),
                    context.failures(),
                    report,
                    watched().executor());
            stopWith(() -> result.cancel(true));
            var unused = result.whenComplete((value, thrown) -> toolReturned(value, thrown, report));
        } else if (agent != null) {
            try {
                callSubAgent(agent);
            } catch (Throwable e) { // the look-up of the agent failed; no caller could end the call
                agentFailed(e);
            }
        }
    }

    private void toolReturned(@Nullable ToolResult result, @Nullable Throwable thrown, ToolReport report) {
        if (result != null) {
            end(result, report.outcome(), report.failure());
        } else if (thrown != null && !ended.get()) {
            tellEnd(ToolOutcome.FAILED, Optional.empty(), Optional.of(thrown));
            phase.fail(fatal(thrown));
        }
    }

    /**
     * Wraps an error such as {@code OutOfMemoryError}, after which the run must not continue. No backend is at fault.
     */
    private LlmException fatal(Throwable thrown) {
        return LlmException.builder(
                        LlmException.Kind.CONFIGURATION,
                        "The run ended because the tool '" + call.name() + "' failed with "
                                + thrown.getClass().getName() + ", after which the run cannot continue.")
                .cause(thrown)
                .build();
    }

    private void callSubAgent(SubAgent target) {
        Object message = call.input().get(SubAgent.MESSAGE);
        Optional<Agent> agent = target.agent().get();
        if (context.depth() >= SubAgent.MAX_DEPTH) {
            endNotRun(ToolResult.error(call.id(), SubAgent.TOO_DEEP));
        } else if (!(message instanceof String text) || text.isBlank()) {
            endNotRun(error("message: must be a text that is not empty."));
        } else if (agent.isEmpty()) {
            endNotRun(error("the agent '" + target.name() + "' does not exist any more."));
        } else {
            AgentInput input = AgentInput.of(text).withContext(watched().context());
            SubAgentSubscriber subscriber =
                    new SubAgentSubscriber(phase, this, agent.get().name());
            subAgent = subscriber;
            stopWith(subscriber::cancel);
            agent.get().stream(input, context.childContext()).subscribe(subscriber);
        }
    }

    /** Sets the action that stops the current work. If the call has ended already, the action runs at once. */
    private void stopWith(Runnable action) {
        stop = action;
        if (ended.get()) {
            action.run();
        }
    }

    private void timeOut() {
        endTimedOut("the tool did not finish within "
                + AgentLimits.inSeconds(context.limits().toolTime()) + ".");
        stop.run();
    }

    /**
     * Returns a sentence with the tools that the agent has called, so that the model knows what is done already; may be
     * empty.
     */
    private String toolsCalled() {
        SubAgentSubscriber agent = subAgent;
        return agent == null ? "" : agent.toolsCalled();
    }

    /** Ends the call because the run's time is over. */
    void expire() {
        endTimedOut("the time of the whole run was over before the tool finished.");
        stop.run();
    }

    /** Stops the call without a result, because the run was cancelled. */
    void stop() {
        ended.set(true);
        cancelTimer.run();
        stop.run();
    }

    /**
     * Called once after the call has started and once when it has ended. Returns true to the later caller, which
     * releases the slot.
     */
    boolean releasesSlot() {
        return slotReleased.getAndSet(true);
    }

    /** Ends the call with the answer of an agent. */
    void agentAnswered(String text) {
        end(ToolResult.of(call.id(), text), ToolOutcome.RETURNED, Optional.empty());
    }

    /** Ends the call with an error, because the agent failed or was not found. */
    void agentFailed(Throwable failure) {
        SubAgent agent = context.tools().agent(call.name());
        end(
                error("the agent '" + (agent == null ? call.name() : agent.name()) + "' failed: "
                        + context.failures().report(call, "a called agent", failure)
                        + RunFailure.toolsCalled(failure)),
                ToolOutcome.FAILED,
                Optional.of(ToolFailures.unwrapped(failure)));
    }

    private ToolResult error(String sentence) {
        return ToolResult.error(call.id(), "Error: " + sentence);
    }

    private void endNotRun(ToolResult result) {
        end(result, ToolOutcome.NOT_RUN, Optional.empty());
    }

    private void endTimedOut(String sentence) {
        end(error(sentence + toolsCalled()), ToolOutcome.TIMED_OUT, Optional.empty());
    }

    private void end(ToolResult result, ToolOutcome outcome, Optional<Throwable> failure) {
        if (ended.compareAndSet(false, true)) {
            cancelTimer.run();
            ToolResult bounded = context.results().bounded(result);
            tellEnd(outcome, Optional.of(bounded), failure);
            phase.callEnded(this, index, call, bounded);
        }
    }

    private void tellEnd(ToolOutcome outcome, Optional<ToolResult> result, Optional<Throwable> failure) {
        WatchedCall begun = watched;
        if (begun != null) {
            begun.end(outcome, result, failure);
        }
    }
}
