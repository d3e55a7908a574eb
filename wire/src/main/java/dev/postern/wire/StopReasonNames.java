package dev.postern.wire;

import dev.postern.CompletionResponse;
import dev.postern.StopReason;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps the stop reasons of a gateway. A Postern gateway sends six names, which are used as they are; the Python gateway passes
 * on the name of its backend, even if the answer has tool calls.
 */
final class StopReasonNames {
    private StopReasonNames() {}

    static StopReason read(String name, boolean hasCalls) {
        StopReason own = own(name);
        if (own != null) {
            return own;
        }
        if (hasCalls) {
            return StopReason.TOOL_USE;
        }
        return switch (name) {
            case "stop", "eos", "eos_token" -> StopReason.END_TURN;
            case "length" -> StopReason.MAX_TOKENS;
            case "tool_calls", "function_call" -> StopReason.TOOL_USE;
            case "guardrail_intervened", "content_filtered" -> StopReason.CONTENT_FILTER;
            default -> StopReason.OTHER;
        };
    }

    private static @Nullable StopReason own(String name) {
        for (StopReason reason : StopReason.values()) {
            if (reason.wire().equals(name)) {
                return reason;
            }
        }
        return null;
    }

    /** Adds an unknown name to the metadata, unless the metadata has it already. */
    static Map<String, @Nullable Object> keep(String name, Map<String, @Nullable Object> metadata) {
        if (name.isEmpty() || own(name) != null || metadata.containsKey(CompletionResponse.FINISH_REASON)) {
            return metadata;
        }
        Map<String, @Nullable Object> more = new LinkedHashMap<>(metadata);
        more.put(CompletionResponse.FINISH_REASON, name);
        return more;
    }
}
