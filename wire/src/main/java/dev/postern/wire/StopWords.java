package dev.postern.wire;

import dev.postern.CompletionResponse;
import dev.postern.StopReason;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why the model stopped, as a gateway says it. Ours has six words, which are taken at their word; the Python gateway hands
 * through what its backend said, even where the answer holds tool calls.
 */
final class StopWords {
    private StopWords() {}

    static StopReason read(String word, boolean hasCalls) {
        StopReason own = own(word);
        if (own != null) {
            return own;
        }
        if (hasCalls) {
            return StopReason.TOOL_USE;
        }
        return switch (word) {
            case "stop", "eos", "eos_token" -> StopReason.END_TURN;
            case "length" -> StopReason.MAX_TOKENS;
            case "tool_calls", "function_call" -> StopReason.TOOL_USE;
            case "guardrail_intervened", "content_filtered" -> StopReason.CONTENT_FILTER;
            default -> StopReason.OTHER;
        };
    }

    private static @Nullable StopReason own(String word) {
        for (StopReason reason : StopReason.values()) {
            if (reason.wire().equals(word)) {
                return reason;
            }
        }
        return null;
    }

    /** Keeps a word that is not ours, where the answer does not bring it along anyway. */
    static Map<String, @Nullable Object> keep(String word, Map<String, @Nullable Object> metadata) {
        if (word.isEmpty() || own(word) != null || metadata.containsKey(CompletionResponse.FINISH_REASON)) {
            return metadata;
        }
        Map<String, @Nullable Object> more = new LinkedHashMap<>(metadata);
        more.put(CompletionResponse.FINISH_REASON, word);
        return more;
    }
}
