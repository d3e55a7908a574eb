package dev.postern.agent;

import dev.postern.LlmException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The limits of one run. When one is reached, the run ends without an exception and returns the text so far; {@link
 * AgentResult#end()} says which limit it was. Immutable; start with {@link #defaults()}.
 *
 * @param maxTurns how many times the model is asked; default 20
 * @param maxToolCalls how many tool calls run, including those of agents that it calls; default 100
 * @param maxTotalTokens how many input and output tokens the run may use: when they are used, no further turn starts. The
 *     tokens of agents that it calls count, also if they fail, and the limit applies to those runs, too; 0, the
 *     default, for no limit
 * @param totalTime how long the run may take; zero for no limit; default 10 minutes
 * @param toolTime how long one tool call may take; a call that takes longer gets an error result; default 2 minutes
 * @param parallelTools how many calls of one turn run at once; default 8
 * @param historyTurns how many turns of the session are sent to the model; default 10
 * @param historyTokens how many tokens these turns may have; the oldest turns are left out first; 0 for no limit;
 *     default 64,000. The number is an estimate: a token is four ASCII characters or one other character, an image has
 *     1,500 tokens. If the model still refuses the conversation as too long, the older half of these turns is left out,
 *     and then all of them
 * @param maxRepeatedCalls how many turns in a row with the same call and the same result end the run; equal calls in
 *     one turn count once; at least 2, or 0 for no limit; default 3
 * @param maxResultCharacters how many characters all tool results together may have, with images and documents as
 *     base64; results beyond are cut; default 4,194,304
 */
public record AgentLimits(
        int maxTurns,
        int maxToolCalls,
        long maxTotalTokens,
        Duration totalTime,
        Duration toolTime,
        int parallelTools,
        int historyTurns,
        long historyTokens,
        int maxRepeatedCalls,
        long maxResultCharacters) {

    private static final AgentLimits DEFAULTS =
            new AgentLimits(20, 100, 0, Duration.ofMinutes(10), Duration.ofMinutes(2), 8, 10, 64_000, 3, 4L << 20);

    /** Refuses negative values, and zero where the run could do nothing. */
    public AgentLimits {
        atLeast("max_turns", maxTurns, 1);
        atLeast("max_tool_calls", maxToolCalls, 0);
        atLeast("max_total_tokens", maxTotalTokens, 0);
        atLeast("parallel_tools", parallelTools, 1);
        atLeast("history_turns", historyTurns, 0);
        atLeast("history_tokens", historyTokens, 0);
        atLeast("max_result_characters", maxResultCharacters, 1);
        if (totalTime.isNegative() || toolTime.isNegative() || toolTime.isZero()) {
            throw new LlmException(LlmException.Kind.CONFIGURATION, "An agent's times must be positive.");
        }
        if (maxRepeatedCalls < 0 || maxRepeatedCalls == 1) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "max_repeated_calls: must be 0 or at least 2, but is " + maxRepeatedCalls);
        }
    }

    private static void atLeast(String name, long value, int least) {
        if (value < least) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION, name + ": must be at least " + least + ", but is " + value);
        }
    }

    /** Returns the defaults. */
    public static AgentLimits defaults() {
        return DEFAULTS;
    }

    /** Formats a duration for a message: "90 seconds", "0.25 seconds". */
    static String inSeconds(Duration time) {
        String seconds =
                BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
        return seconds + (seconds.equals("1") ? " second" : " seconds");
    }

    /** Mutable copy of the limits. */
    private static final class Copy {
        private int turns;
        private int calls;
        private long tokens;
        private Duration total;
        private Duration tool;
        private int parallel;
        private int history;
        private long historyTokens;
        private int repeated;
        private long characters;

        Copy(AgentLimits from) {
            turns = from.maxTurns;
            calls = from.maxToolCalls;
            tokens = from.maxTotalTokens;
            total = from.totalTime;
            tool = from.toolTime;
            parallel = from.parallelTools;
            history = from.historyTurns;
            historyTokens = from.historyTokens;
            repeated = from.maxRepeatedCalls;
            characters = from.maxResultCharacters;
        }
    }

    private AgentLimits with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return new AgentLimits(
                copy.turns,
                copy.calls,
                copy.tokens,
                copy.total,
                copy.tool,
                copy.parallel,
                copy.history,
                copy.historyTokens,
                copy.repeated,
                copy.characters);
    }

    /** Returns a copy with another {@link #maxTurns()}. */
    public AgentLimits withMaxTurns(int turns) {
        return with(copy -> copy.turns = turns);
    }

    /** Returns a copy with another {@link #maxToolCalls()}. */
    public AgentLimits withMaxToolCalls(int calls) {
        return with(copy -> copy.calls = calls);
    }

    /** Returns a copy with another {@link #maxTotalTokens()}. */
    public AgentLimits withMaxTotalTokens(long tokens) {
        return with(copy -> copy.tokens = tokens);
    }

    /** Returns a copy with another {@link #totalTime()}. */
    public AgentLimits withTotalTime(Duration time) {
        return with(copy -> copy.total = time);
    }

    /** Returns a copy with another {@link #toolTime()}. */
    public AgentLimits withToolTime(Duration time) {
        return with(copy -> copy.tool = time);
    }

    /** Returns a copy with another {@link #parallelTools()}. */
    public AgentLimits withParallelTools(int calls) {
        return with(copy -> copy.parallel = calls);
    }

    /** Returns a copy with another {@link #historyTurns()}. */
    public AgentLimits withHistoryTurns(int turns) {
        return with(copy -> copy.history = turns);
    }

    /** Returns a copy with another {@link #historyTokens()}. */
    public AgentLimits withHistoryTokens(long tokens) {
        return with(copy -> copy.historyTokens = tokens);
    }

    /** Returns a copy with another {@link #maxRepeatedCalls()}. */
    public AgentLimits withMaxRepeatedCalls(int turns) {
        return with(copy -> copy.repeated = turns);
    }

    /** Returns a copy with another {@link #maxResultCharacters()}. */
    public AgentLimits withMaxResultCharacters(long characters) {
        return with(copy -> copy.characters = characters);
    }
}
