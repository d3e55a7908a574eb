package dev.postern.config;

import dev.postern.agent.AgentLimits;
import dev.postern.spi.Settings;
import java.time.Duration;

/** The section {@code agents.limits}: the bounds of each run. What it does not name stays as it is. */
final class AgentLimitsSection {
    private static final int NAMED = 0; // any number that is in range, for keys that are there

    private AgentLimitsSection() {}

    /** These bounds, with what the section says. */
    static AgentLimits read(Settings limits, AgentLimits from) {
        AgentLimits read = from;
        if (limits.has("max_tool_calls")) {
            read = read.withMaxToolCalls(limits.integer("max_tool_calls", NAMED, 0));
        }
        if (limits.has("max_total_tokens")) {
            read = read.withMaxTokens(limits.longInteger("max_total_tokens", NAMED, 0));
        }
        if (limits.has("max_repeated_calls")) {
            read = read.withMaxRepeatedCalls(repeatedCalls(limits));
        }
        if (limits.has("max_result_characters")) {
            read = read.withMaxResultCharacters(limits.longInteger("max_result_characters", 1, 1));
        }
        if (limits.has("history_turns")) {
            read = read.withHistoryTurns(limits.integer("history_turns", NAMED, 0));
        }
        if (limits.has("history_tokens")) {
            read = read.withHistoryTokens(limits.longInteger("history_tokens", NAMED, 0));
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

    /** A number of turns of which one would end every run that calls a tool. */
    static int repeatedCalls(Settings settings) {
        int turns = settings.integer("max_repeated_calls", NAMED, 0);
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
