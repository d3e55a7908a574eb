package dev.postern.server.door.anthropic;

import dev.postern.CompletionResponse;
import dev.postern.StopReason;
import dev.postern.json.JsonWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes {@code stop_reason} and {@code stop_sequence}. */
final class StopReasons {
    /** Values of servers for an answer that reached its limit. */
    private static final Set<String> AT_LIMIT = Set.of("length", "max_tokens", "max_output_tokens");

    private StopReasons() {}

    /**
     * The reason in Anthropic's words. Tool calls of an answer that reached its limit are {@code max_tokens}, because the last of
     * them may be cut off.
     */
    static String of(StopReason reason, Map<String, @Nullable Object> serverInfo) {
        String finish = String.valueOf(serverInfo.get(CompletionResponse.FINISH_REASON));
        if (reason == StopReason.TOOL_USE && AT_LIMIT.contains(finish.toLowerCase(Locale.ROOT))) {
            return "max_tokens";
        }
        return switch (reason) {
            case END_TURN, OTHER -> "end_turn";
            case TOOL_USE -> "tool_use";
            case MAX_TOKENS -> "max_tokens";
            case STOP_SEQUENCE -> "stop_sequence";
            case CONTENT_FILTER -> "refusal";
        };
    }

    /**
     * Writes both fields.
     *
     * @param stop the sequences of the request; if there is one only, it is the one that ended the answer
     */
    static void write(JsonWriter json, StopReason reason, Map<String, @Nullable Object> serverInfo, List<String> stop) {
        json.field("stop_reason", of(reason, serverInfo));
        if (reason == StopReason.STOP_SEQUENCE && stop.size() == 1) {
            json.field("stop_sequence", stop.get(0));
        } else {
            json.nullField("stop_sequence");
        }
    }
}
