package dev.postern.openai;

import dev.postern.LlmException.Kind;
import dev.postern.StopReason;
import java.util.Locale;

/**
 * Maps the finish reasons of servers. Gateways forward the names of the vendors behind them, some with a detail after a
 * colon. An unknown name is not a failure.
 */
final class FinishReason {
    private FinishReason() {}

    /** Returns the stop reason. TGI sends {@code eos_token}, Together sends {@code eos}. */
    static StopReason stopReason(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return switch (lower) {
            case "stop", "eos_token", "eos", "end_turn", "complete", "end" -> StopReason.END_TURN;
            case "stop_sequence" -> StopReason.STOP_SEQUENCE;
            case "length",
                    "max_tokens",
                    "model_length",
                    "model_context_window_exceeded" -> // z.ai (anomalyco/opencode#18813), Anthropic
                StopReason.MAX_TOKENS;
            case "tool_calls", "function_call", "tool_use" -> StopReason.TOOL_USE;
            default -> isFilter(lower) ? StopReason.CONTENT_FILTER : StopReason.OTHER;
        };
    }

    /**
     * {@code content_filter}, with or without a detail; z.ai's {@code sensitive} (mozilla-ai/any-llm#1204); Gemini's
     * {@code SAFETY}, {@code PROHIBITED_CONTENT}, {@code BLOCKLIST}, {@code SPII} and {@code RECITATION}.
     */
    private static boolean isFilter(String lower) {
        return lower.startsWith("content_filter")
                || lower.startsWith("content-filter")
                || lower.contains("prohibited")
                || lower.contains("safety")
                || lower.contains("sensitive")
                || lower.contains("blocklist")
                || lower.contains("guardrail")
                || lower.equals("spii")
                || lower.equals("recitation")
                || lower.equals("refusal");
    }

    /** Whether the finish reason means that the answer failed. */
    static boolean isFailure(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "error",
                    "network_error",
                    "server_error",
                    "engine_error",
                    "insufficient_system_resource", // DeepSeek
                    "abort", // vLLM (vllm-project/vllm#57082), SGLang
                    "aborted",
                    "cancelled",
                    "canceled",
                    "timeout" -> true;
            default -> false;
        };
    }

    /** Returns the kind of such a failure. */
    static Kind kind(String name) {
        return name.equals("insufficient_system_resource") ? Kind.OVERLOADED : Kind.SERVER;
    }

    /**
     * Whether the model wrote a tool call that the server could not parse: Gemini's {@code function_call_filter:
     * MALFORMED_FUNCTION_CALL} (NousResearch/hermes-agent#11171), or a name of Bedrock for this case.
     */
    static boolean isMalformedCall(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("function_call_filter")
                || switch (lower) {
                    case "malformed_function_call",
                            "malformed_tool_call",
                            "malformed_tool_use",
                            "malformed_model_output",
                            "unexpected_tool_call",
                            "too_many_tool_calls" -> true;
                    default -> false;
                };
    }

    /** Whether the server generated tokens and charges for them, even if it sent none of them. */
    static boolean impliesOutput(String name) {
        return isMalformedCall(name) || name.toLowerCase(Locale.ROOT).startsWith("abort");
    }
}
