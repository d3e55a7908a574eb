package dev.postern.agent;

import dev.postern.LlmException;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * The bounds of one run. When one is reached, the run ends well, with an {@link AgentEnd} that says which and with what
 * there is.
 *
 * @param maxTurns how many times the model is asked; default 20
 * @param maxToolCalls how many calls of tools are run; default 100
 * @param maxTokens after how many tokens, in and out, no further turn begins; 0 (the default) for any number
 * @param totalTime how long the run may take; zero for any time; default 10 minutes
 * @param toolTime how long one call of a tool may take; the model is told if it takes longer; default 2 minutes
 * @param parallelTools how many calls of one turn run at once; default 8
 * @param historyTurns how many turns of the session go out with a message; default 10
 */
public record AgentLimits(
        int maxTurns,
        int maxToolCalls,
        long maxTokens,
        Duration totalTime,
        Duration toolTime,
        int parallelTools,
        int historyTurns) {

    private static final AgentLimits DEFAULTS =
            new AgentLimits(20, 100, 0, Duration.ofMinutes(10), Duration.ofMinutes(2), 8, 10);

    /** Refuses what allows nothing. */
    public AgentLimits {
        atLeast("max_turns", maxTurns, 1);
        atLeast("max_tool_calls", maxToolCalls, 0);
        atLeast("max_total_tokens", maxTokens, 0);
        atLeast("parallel_tools", parallelTools, 1);
        atLeast("history_turns", historyTurns, 0);
        if (totalTime.isNegative() || toolTime.isNegative() || toolTime.isZero()) {
            throw new LlmException(LlmException.Kind.CONFIGURATION, "An agent's times must be positive.");
        }
    }

    private static void atLeast(String name, long value, int least) {
        if (value < least) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION, name + ": must be at least " + least + ", but is " + value);
        }
    }

    /** The defaults. */
    public static AgentLimits defaults() {
        return DEFAULTS;
    }

    /** A time for a sentence: "90 seconds", "0.25 seconds". */
    static String inSeconds(Duration time) {
        String seconds =
                BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
        return seconds + (seconds.equals("1") ? " second" : " seconds");
    }

    /** These, with another {@link #maxTurns()}. */
    public AgentLimits withMaxTurns(int turns) {
        return new AgentLimits(turns, maxToolCalls, maxTokens, totalTime, toolTime, parallelTools, historyTurns);
    }

    /** These, with another {@link #maxToolCalls()}. */
    public AgentLimits withMaxToolCalls(int calls) {
        return new AgentLimits(maxTurns, calls, maxTokens, totalTime, toolTime, parallelTools, historyTurns);
    }

    /** These, with another {@link #maxTokens()}. */
    public AgentLimits withMaxTokens(long tokens) {
        return new AgentLimits(maxTurns, maxToolCalls, tokens, totalTime, toolTime, parallelTools, historyTurns);
    }

    /** These, with another {@link #totalTime()}. */
    public AgentLimits withTotalTime(Duration time) {
        return new AgentLimits(maxTurns, maxToolCalls, maxTokens, time, toolTime, parallelTools, historyTurns);
    }

    /** These, with another {@link #toolTime()}. */
    public AgentLimits withToolTime(Duration time) {
        return new AgentLimits(maxTurns, maxToolCalls, maxTokens, totalTime, time, parallelTools, historyTurns);
    }

    /** These, with another {@link #parallelTools()}. */
    public AgentLimits withParallelTools(int calls) {
        return new AgentLimits(maxTurns, maxToolCalls, maxTokens, totalTime, toolTime, calls, historyTurns);
    }

    /** These, with another {@link #historyTurns()}. */
    public AgentLimits withHistoryTurns(int turns) {
        return new AgentLimits(maxTurns, maxToolCalls, maxTokens, totalTime, toolTime, parallelTools, turns);
    }
}
