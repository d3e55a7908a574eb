package dev.postern.agent;

import dev.postern.Content;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Detects a model that makes the same call in several turns in a row and gets the same result. A different result ends
 * the streak, for example if a tool is polled until it is done. A turn without the call ends it, too. Not thread-safe.
 */
final class RepeatDetector {
    private final int limit;
    /** The length of the current streak of each call, in turns. */
    private Map<CallAndResult, Integer> streaks = Map.of();

    /** Takes the limit in turns; 0 for none. */
    RepeatDetector(int limit) {
        this.limit = limit;
    }

    /** A call and its result, without the ids, which always differ. */
    private record CallAndResult(
            String tool, Map<String, @Nullable Object> input, List<Content> content, boolean isError) {}

    /** Adds a turn and returns whether a streak has reached the limit. */
    boolean reached(List<AgentResult.ExecutedCall> turn) {
        Map<CallAndResult, Integer> now = new HashMap<>();
        for (AgentResult.ExecutedCall executed : turn) {
            ToolCall call = executed.call();
            ToolResult result = executed.result();
            CallAndResult key = new CallAndResult(call.name(), call.input(), result.content(), result.isError());
            now.put(key, streaks.getOrDefault(key, 0) + 1);
        }
        streaks = now;
        return limit > 0 && now.values().stream().anyMatch(length -> length >= limit);
    }
}
