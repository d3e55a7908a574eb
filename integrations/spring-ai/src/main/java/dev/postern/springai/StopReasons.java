package dev.postern.springai;

import dev.postern.CompletionResponse;
import dev.postern.StopReason;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Postern's stop reasons and Spring AI's finish reasons. Those are texts; its models for OpenAI's API use the names that are here. */
final class StopReasons {
    private StopReasons() {}

    /** The finish reason; the backend's own one in capital letters if Postern does not know it. */
    static String name(StopReason reason, Map<String, @Nullable Object> serverInfo) {
        return switch (reason) {
            case END_TURN, STOP_SEQUENCE -> "STOP";
            case TOOL_USE -> "TOOL_CALLS";
            case MAX_TOKENS -> "LENGTH";
            case CONTENT_FILTER -> "CONTENT_FILTER";
            case OTHER ->
                serverInfo.get(CompletionResponse.FINISH_REASON) instanceof String own && !own.isEmpty()
                        ? own.toUpperCase(Locale.ROOT)
                        : "OTHER";
        };
    }

    /** The stop reason of a finish reason of any model. */
    static StopReason of(String finishReason) {
        return switch (finishReason.toUpperCase(Locale.ROOT)) {
            case "STOP", "END_TURN", "COMPLETE", "COMPLETED" -> StopReason.END_TURN;
            case "STOP_SEQUENCE" -> StopReason.STOP_SEQUENCE;
            case "TOOL_CALLS", "TOOL_CALL", "TOOL_USE", "FUNCTION_CALL" -> StopReason.TOOL_USE;
            case "LENGTH", "MAX_TOKENS", "MAX_OUTPUT_TOKENS" -> StopReason.MAX_TOKENS;
            case "CONTENT_FILTER",
                    "CONTENT_FILTERED",
                    "SAFETY",
                    "REFUSAL",
                    "GUARDRAIL_INTERVENED",
                    "PROHIBITED_CONTENT" -> StopReason.CONTENT_FILTER;
            default -> StopReason.OTHER;
        };
    }
}
