package dev.postern.agent;

import dev.postern.Content;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Notices a model that makes the same call turn after turn and gets the same result. A result that differs, as of a tool
 * that is asked until something is done, begins a new row, and so does a turn without the call. Not thread-safe.
 */
final class Repeats {
    private final int most;
    /** In how many turns in a row there was this, up to the last turn. */
    private Map<Seen, Integer> rows = Map.of();

    /** With a bound; 0 for none. */
    Repeats(int most) {
        this.most = most;
    }

    /** A call and what came of it, without the ids, which differ each time. */
    private record Seen(String tool, Map<String, @Nullable Object> input, List<Content> content, boolean isError) {}

    /** A turn has ended; whether one of its rows has reached the bound. */
    boolean reached(List<AgentResult.Executed> turn) {
        Map<Seen, Integer> now = new HashMap<>();
        for (AgentResult.Executed executed : turn) {
            ToolCall call = executed.call();
            ToolResult result = executed.result();
            Seen seen = new Seen(call.name(), call.input(), result.content(), result.isError());
            now.put(seen, rows.getOrDefault(seen, 0) + 1);
        }
        rows = now;
        return most > 0 && now.values().stream().anyMatch(row -> row >= most);
    }
}
