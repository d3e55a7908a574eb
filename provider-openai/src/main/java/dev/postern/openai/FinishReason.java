package dev.postern.openai;

import dev.postern.LlmException.Kind;
import dev.postern.StopReason;
import java.util.Locale;

/**
 * What the word means that a server gives for the end of its answer. Gateways pass on the words of the vendors behind them,
 * some with a detail after a colon. Every word has a meaning: one that is not known is no failure.
 */
final class FinishReason {
    private FinishReason() {}

    /** Why the model stopped. TGI says {@code eos_token}, Together {@code eos}. */
    static StopReason stopReason(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
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
     * {@code content_filter}, alone and with a detail; z.ai's {@code sensitive} (mozilla-ai/any-llm#1204); Gemini's {@code
     * SAFETY}, {@code PROHIBITED_CONTENT}, {@code BLOCKLIST}, {@code SPII} and {@code RECITATION}.
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

    /** Whether the word stands where the reason for the end should, and means that there was no end but a failure. */
    static boolean isFailure(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
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

    /** What such a failure is. */
    static Kind kind(String word) {
        return word.equals("insufficient_system_resource") ? Kind.OVERLOADED : Kind.SERVER;
    }

    /**
     * Whether the model wrote a tool call that its server could not read: {@code function_call_filter:
     * MALFORMED_FUNCTION_CALL} of Gemini (NousResearch/hermes-agent#11171), or what Bedrock says in such a case.
     */
    static boolean isMalformedCall(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
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

    /** Whether tokens were generated, so that the answer was paid for, although nothing of it may have been sent. */
    static boolean isPaid(String word) {
        return isMalformedCall(word) || word.toLowerCase(Locale.ROOT).startsWith("abort");
    }
}
