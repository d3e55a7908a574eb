package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.call.CallListener.Outcome;
import java.time.Duration;
import java.util.Optional;

/**
 * Sees the runs of agents, their turns and their tool calls, for logs, metrics and traces. It changes nothing. The calls to the model
 * are seen by a {@link dev.postern.call.CallListener} of the provider; the {@link CallContext#parent} of such a call is the run.
 *
 * <p>For each run, {@link #begin} returns an object that is told the rest. The state of a run belongs into that object. The order is:
 * {@code begin}, then the beginnings and ends of turns and tool calls, and last the {@code end} of the run, exactly once. A turn or tool
 * call that is open when the run ends, ends first, as cancelled. Tool calls of one turn may overlap. The run of an agent that this one
 * calls is a run of its own, which is seen by the listeners of that agent.
 *
 * <p><b>Threads.</b> {@code begin} runs on the thread that starts the run, the others on the one that starts the turn or the tool call,
 * but nothing runs on the selector thread of the HTTP client. What one object is told, its turns and tool calls included, comes one at a
 * time, with a happens-before relation, so plain fields are safe. A callback may block; that delays the run. Times are measured when
 * something happens, not when it is told.
 *
 * <p>An exception of a listener is logged, at most once a minute for each listener, and has no other effect. Several runs are made at
 * once, so the listener itself must be thread-safe.
 */
@FunctionalInterface
public interface RunListener {

    /** A run begins. Returns the object that is told what follows; {@link RunWatch#NONE} for nothing. */
    RunWatch begin(RunStart run);

    /** A run that begins. */
    interface RunStart {
        /** The id of this run. It is the {@link CallContext#parent} of its calls, of its tools' calls, and of the runs below it. */
        String runId();

        /** The name of the agent. */
        String agent();

        /** The owner of the agent. */
        String owner();

        /** What the agent can do; may be empty. */
        String description();

        /** The input of the run. */
        AgentInput input();

        /** The id of the session: that of the input, or a new one. */
        String sessionId();

        /** Whether the caller receives events rather than the whole result. */
        boolean streaming();

        /** How many agents are above this one: 0 for a run that the application started. */
        int depth();

        /** The context of the run, with the attributes that were added by {@link #carry}. Its parent is what started the run. */
        CallContext context();

        /**
         * Adds an attribute to the context of everything below this run: calls to the model, tools, approvals, other agents.
         *
         * @throws IllegalStateException after {@link RunListener#begin} has returned
         */
        <T> void carry(CallContext.Key<T> key, T value);
    }

    /** Is told what happens in one run. */
    interface RunWatch {
        /** Is told nothing, and costs nothing more. */
        RunWatch NONE = new RunWatch() {};

        /** The model is asked. Returns the object that is told about this turn; {@link TurnWatch#NONE} for nothing. */
        default TurnWatch turn(TurnStart turn) {
            return TurnWatch.NONE;
        }

        /** A tool call begins. Returns the object that is told about it; {@link ToolWatch#NONE} for nothing. */
        default ToolWatch tool(ToolStart tool) {
            return ToolWatch.NONE;
        }

        /** The run has ended. Nothing follows. It is told before the caller is. */
        default void end(RunEnd end) {}
    }

    /** A turn that begins. */
    interface TurnStart {
        /** Its number within the run, from 1. */
        int number();

        /** The context of the request to the model. */
        CallContext context();

        /**
         * Adds an attribute to the context of the request to the model.
         *
         * @throws IllegalStateException after {@link RunWatch#turn} has returned
         */
        <T> void carry(CallContext.Key<T> key, T value);
    }

    /** Is told what happens to one turn. */
    interface TurnWatch {
        /** Is told nothing, and costs nothing more. */
        TurnWatch NONE = new TurnWatch() {};

        /** The turn has ended. Nothing follows. */
        default void end(TurnEnd end) {}
    }

    /** A tool call that begins. Its approval is a part of it. */
    interface ToolStart {
        /** The call, with its id, the name of the tool and the arguments. */
        ToolCall call();

        /** The description of the tool; empty if there is no such tool. */
        String description();

        /** The name of the other agent that the call asks; empty for a function. */
        String agent();

        /** The number of the turn in which the model made the call. */
        int turn();

        /** The context that the tool and its approval get. */
        CallContext context();

        /**
         * Adds an attribute to the context of everything below this tool call: its approval, its function, another agent.
         *
         * @throws IllegalStateException after {@link RunWatch#tool} has returned
         */
        <T> void carry(CallContext.Key<T> key, T value);
    }

    /** Is told what happens to one tool call. */
    interface ToolWatch {
        /** Is told nothing, and costs nothing more. */
        ToolWatch NONE = new ToolWatch() {};

        /** The tool call has ended. Nothing follows. */
        default void end(ToolEnd end) {}
    }

    /** How a tool call ended. */
    enum ToolOutcome {
        /** The function returned a value, or the other agent answered. */
        RETURNED,
        /** The function threw, or the other agent failed. */
        FAILED,
        /** It did not run: it was refused, there is no such tool, its arguments are invalid, or there was no thread. */
        NOT_RUN,
        /** Its time was over, or that of the run. */
        TIMED_OUT,
        /** The run was cancelled or failed first. */
        CANCELLED
    }

    /**
     * The end of a turn.
     *
     * @param outcome how it ended; cancelled also if the time of the run was over
     * @param stopReason why the model stopped, if it did
     * @param usage the tokens of this turn, as far as the backend reported them
     * @param toolCalls the number of tool calls in the answer
     * @param failure the failure, if it failed
     * @param elapsed the time since its beginning
     */
    record TurnEnd(
            Outcome outcome,
            Optional<StopReason> stopReason,
            Optional<Usage> usage,
            int toolCalls,
            Optional<LlmException> failure,
            Duration elapsed) {}

    /**
     * The end of a tool call.
     *
     * @param outcome how it ended
     * @param result the result that the model gets; empty if the run ends first. A tool that returned may have an error as its result
     * @param failure what the function, the approval or the other agent threw
     * @param elapsed the time since its beginning
     */
    record ToolEnd(ToolOutcome outcome, Optional<ToolResult> result, Optional<Throwable> failure, Duration elapsed) {}

    /**
     * The end of a run.
     *
     * @param outcome how it ended for the caller; a run that was ended by a limit has answered
     * @param result the result, if the run has answered; its {@link AgentResult#end} says whether a limit ended it
     * @param totalUsage the sum of the tokens of all calls of this run and of the runs below it, as far as the backends reported them.
     *     The calls report the same tokens, so do not add the two
     * @param turns how many times the model was asked
     * @param toolCalls how many tool calls have begun
     * @param failure the failure that the caller received
     * @param elapsed the time since its beginning
     */
    record RunEnd(
            Outcome outcome,
            Optional<AgentResult> result,
            Optional<Usage> totalUsage,
            int turns,
            int toolCalls,
            Optional<LlmException> failure,
            Duration elapsed) {}
}
