package dev.postern.server.door.openai;

import dev.postern.CompletionResponse;
import dev.postern.StopReason;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stop reasons in OpenAI's words. */
final class FinishReasons {
    /** Values of servers for an answer that reached its limit. */
    private static final Set<String> AT_LIMIT =
            Set.of("length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded");

    private FinishReasons() {}

    /**
     * The word. Tool calls of an answer that reached its limit are {@code length}, because the last of them may be cut off.
     *
     * @param functions whether the client uses the legacy functions
     */
    static String of(StopReason reason, Map<String, @Nullable Object> serverInfo, boolean functions) {
        String finish = String.valueOf(serverInfo.get(CompletionResponse.FINISH_REASON));
        if (reason == StopReason.TOOL_USE && AT_LIMIT.contains(finish.toLowerCase(Locale.ROOT))) {
            return "length";
        }
        return switch (reason) {
            case END_TURN, STOP_SEQUENCE, OTHER -> "stop";
            case TOOL_USE -> functions ? "function_call" : "tool_calls";
            case MAX_TOKENS -> "length";
            case CONTENT_FILTER -> "content_filter";
        };
    }
}
