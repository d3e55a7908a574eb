package dev.postern.agent;

import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a run ends and why: takes its calls, results and turns, compares them with the limits, and gives the
 * reason and the response for the user. Not thread-safe.
 */
final class EndDecision {
    private final AgentLimits limits;
    private final RunUsage usage;
    private final RepeatDetector repeats;
    private boolean repeated;
    private boolean tooManyResults;
    /** The limit of calls or tokens that ended the run. */
    private long reached;

    private @Nullable AgentEnd reason;

    EndDecision(AgentLimits limits, RunUsage usage) {
        this.limits = limits;
        this.usage = usage;
        this.repeats = new RepeatDetector(limits.maxRepeatedCalls());
    }

    /** Ends the run with the answer of the model. */
    void answered() {
        reason = AgentEnd.ANSWERED;
    }

    /** Ends the run in the middle of an answer, because its time is over. */
    void cut() {
        reason = AgentEnd.TIME;
    }

    /** Ends the run because its time is over, unless it has ended for another reason. */
    void outOfTime() {
        if (reason == null) {
            reason = AgentEnd.TIME;
        }
    }

    /** Ends the run after this turn, because the results exceeded their limit. */
    void tooManyResults() {
        tooManyResults = true;
    }

    /** Counts a call. Returns a refusal if it is above the limit, which ends the run with this turn; else null. */
    @Nullable
    ToolResult refusal(ToolCall call) {
        OptionalLong forbidden = usage.takeCall();
        if (forbidden.isEmpty()) {
            return null;
        }
        reason = AgentEnd.MAX_TOOL_CALLS;
        reached = forbidden.getAsLong();
        return ToolResult.error(call.id(), "Error: not run, because at most " + reached + " calls are allowed.");
    }

    /** Adds the results of a turn. */
    void results(List<AgentResult.ExecutedCall> turn) {
        repeated = repeats.reached(turn);
    }

    /** Returns why the run must end before the next turn; empty if it continues. */
    Optional<AgentEnd> afterTurns(int turns) {
        if (reason == null) {
            OptionalLong tokens = usage.tokensReached();
            if (turns >= limits.maxTurns()) {
                reason = AgentEnd.MAX_TURNS;
            } else if (tokens.isPresent()) {
                reason = AgentEnd.MAX_TOTAL_TOKENS;
                reached = tokens.getAsLong();
            } else if (tooManyResults) {
                reason = AgentEnd.MAX_RESULTS;
            } else if (repeated) {
                reason = AgentEnd.REPEATED_CALL;
            }
        }
        return Optional.ofNullable(reason);
    }

    /** Whether the run has ended with an answer of the model. */
    boolean isAnswered() {
        return reason == AgentEnd.ANSWERED;
    }

    AgentEnd reason() {
        return reason == null ? AgentEnd.ANSWERED : reason;
    }

    /**
     * Returns the response for the user: the text, or a sentence about the limit that ended the run, with the text.
     *
     * @param text the last text of the model
     */
    String response(String text) {
        return switch (reason()) {
            case ANSWERED -> text;
            case MAX_TURNS -> withText("I've reached the maximum number of turns (" + limits.maxTurns() + ").", text);
            case MAX_TOOL_CALLS -> withText("I've reached the maximum number of tool calls (" + reached + ").", text);
            case MAX_TOTAL_TOKENS -> withText("I've reached the maximum number of tokens (" + reached + ").", text);
            case MAX_RESULTS ->
                withText(
                        "I've reached the maximum size of tool results (" + limits.maxResultCharacters()
                                + " characters).",
                        text);
            case TIME -> withText("I've run out of time (" + AgentLimits.inSeconds(limits.totalTime()) + ").", text);
            case REPEATED_CALL ->
                withText("I've made the same tool call " + limits.maxRepeatedCalls() + " times in a row.", text);
        };
    }

    /** Has the wording of the Python gateway, because its clients can depend on it. */
    private static String withText(String sentence, String text) {
        return sentence + " Here's what I have so far: " + text;
    }
}
