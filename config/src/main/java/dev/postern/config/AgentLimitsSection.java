package dev.postern.config;

import dev.postern.agent.AgentLimits;
import dev.postern.spi.Settings;
import java.time.Duration;

/** Reads the section {@code agents.limits}: the limits of each run. A limit that the section does not set is kept. */
final class AgentLimitsSection {
    private static final int UNUSED_DEFAULT = 0; // a default that is never used, because the key is there

    private AgentLimitsSection() {}

    /** Returns the limits with those that the section sets. */
    static AgentLimits read(Settings limits, AgentLimits from) {
        AgentLimits read = from;
        if (limits.has("max_tool_calls")) {
            read = read.withMaxToolCalls(limits.integer("max_tool_calls", UNUSED_DEFAULT, 0));
        }
        if (limits.has("max_total_tokens")) {
            read = read.withMaxTotalTokens(limits.longInteger("max_total_tokens", UNUSED_DEFAULT, 0));
        }
        if (limits.has("max_repeated_calls")) {
            read = read.withMaxRepeatedCalls(repeatedCalls(limits));
        }
        if (limits.has("max_result_characters")) {
            read = read.withMaxResultCharacters(limits.longInteger("max_result_characters", 1, 1));
        }
        if (limits.has("history_turns")) {
            read = read.withHistoryTurns(limits.integer("history_turns", UNUSED_DEFAULT, 0));
        }
        if (limits.has("history_tokens")) {
            read = read.withHistoryTokens(limits.longInteger("history_tokens", UNUSED_DEFAULT, 0));
        }
        if (limits.has("parallel_tools")) {
            read = read.withParallelTools(limits.integer("parallel_tools", 1, 1));
        }
        if (limits.has("total_time")) {
            read = read.withTotalTime(limits.duration("total_time", read.totalTime()));
        }
        if (limits.has("tool_time")) {
            read = toolTime(limits, read);
        }
        limits.refuseUnknown();
        return read;
    }

    /** Reads a number of turns. 1 is refused, because it would end every run that calls a tool. */
    static int repeatedCalls(Settings settings) {
        int turns = settings.integer("max_repeated_calls", UNUSED_DEFAULT, 0);
        if (turns == 1) {
            throw settings.error("max_repeated_calls", "must be 0 or at least 2, but is 1");
        }
        return turns;
    }

    private static AgentLimits toolTime(Settings limits, AgentLimits read) {
        Duration time = limits.duration("tool_time", read.toolTime());
        if (time.isZero()) {
            throw limits.error("tool_time", "must be longer than 0");
        }
        return read.withToolTime(time);
    }
}
