package dev.postern.agent;

import dev.postern.LlmException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The bounds of one run. When one is reached, the run ends well, with an {@link AgentEnd} that says which and with what
 * there is. Immutable; begin with {@link #defaults()} and change what is needed.
 *
 * @param maxTurns how many times the model is asked; default 20
 * @param maxToolCalls how many calls of tools are run, by this agent and by those that it asks; default 100
 * @param maxTokens after how many tokens, in and out, no further turn begins; the agents that it asks count and are bound as
 *     well, also if they fail; 0 (the default) for any number
 * @param totalTime how long the run may take; zero for any time; default 10 minutes
 * @param toolTime how long one call of a tool may take; the model is told if it takes longer; default 2 minutes
 * @param parallelTools how many calls of one turn run at once; default 8
 * @param historyTurns how many turns of the session go out with a message; default 10
 * @param historyTokens how many tokens the turns of the session have that go out with a message, oldest left out first; 0
 *     for any number; default 64,000. It is an estimate: four ASCII characters or one other character are a token, an image
 *     is 1,500. If the model says nevertheless that the conversation is too long, the older half of these turns is left
 *     out, and then all of them
 * @param maxRepeatedCalls in how many turns in a row the model may make the same call and get the same result; the calls of
 *     one turn count once; at least 2, or 0 for any number; default 3
 * @param maxResultCharacters how many characters the results of all calls may have together, images and documents as base64;
 *     what is beyond is cut; default 4,194,304
 */
public record AgentLimits(
        int maxTurns,
        int maxToolCalls,
        long maxTokens,
        Duration totalTime,
        Duration toolTime,
        int parallelTools,
        int historyTurns,
        long historyTokens,
        int maxRepeatedCalls,
        long maxResultCharacters) {

    private static final AgentLimits DEFAULTS =
            new AgentLimits(20, 100, 0, Duration.ofMinutes(10), Duration.ofMinutes(2), 8, 10, 64_000, 3, 4L << 20);

    /** Refuses what allows nothing. */
    public AgentLimits {
        atLeast("max_turns", maxTurns, 1);
        atLeast("max_tool_calls", maxToolCalls, 0);
        atLeast("max_total_tokens", maxTokens, 0);
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

    /** A copy to change; not shared. */
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
            tokens = from.maxTokens;
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

    /** These, with another {@link #maxTurns()}. */
    public AgentLimits withMaxTurns(int turns) {
        return with(copy -> copy.turns = turns);
    }

    /** These, with another {@link #maxToolCalls()}. */
    public AgentLimits withMaxToolCalls(int calls) {
        return with(copy -> copy.calls = calls);
    }

    /** These, with another {@link #maxTokens()}. */
    public AgentLimits withMaxTokens(long tokens) {
        return with(copy -> copy.tokens = tokens);
    }

    /** These, with another {@link #totalTime()}. */
    public AgentLimits withTotalTime(Duration time) {
        return with(copy -> copy.total = time);
    }

    /** These, with another {@link #toolTime()}. */
    public AgentLimits withToolTime(Duration time) {
        return with(copy -> copy.tool = time);
    }

    /** These, with another {@link #parallelTools()}. */
    public AgentLimits withParallelTools(int calls) {
        return with(copy -> copy.parallel = calls);
    }

    /** These, with another {@link #historyTurns()}. */
    public AgentLimits withHistoryTurns(int turns) {
        return with(copy -> copy.history = turns);
    }

    /** These, with another {@link #historyTokens()}. */
    public AgentLimits withHistoryTokens(long tokens) {
        return with(copy -> copy.historyTokens = tokens);
    }

    /** These, with another {@link #maxRepeatedCalls()}. */
    public AgentLimits withMaxRepeatedCalls(int turns) {
        return with(copy -> copy.repeated = turns);
    }

    /** These, with another {@link #maxResultCharacters()}. */
    public AgentLimits withMaxResultCharacters(long characters) {
        return with(copy -> copy.characters = characters);
    }
}
