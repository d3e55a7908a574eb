package dev.postern.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.postern.CompletionResponse;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Translates answers of Postern. */
final class Answers {
    /** What servers call an answer that reached the limit of tokens. */
    private static final Set<String> LENGTH =
            Set.of("length", "max_tokens", "model_length", "max_output_tokens", "model_context_window_exceeded");

    private Answers() {}

    static ChatResponse chatResponse(CompletionResponse answer) {
        return chatResponse(answer, AnswerParts::arguments);
    }

    /** An answer whose calls have arguments of this text. */
    static ChatResponse chatResponse(CompletionResponse answer, Function<ToolCall, String> arguments) {
        return ChatResponse.builder()
                .aiMessage(AnswerParts.message(answer.message().parts(), arguments))
                .metadata(PosternChatResponseMetadata.of(answer, finishReason(answer)))
                .build();
    }

    /**
     * The finish reason. Postern calls every answer with tool calls a tool use; if the limit of tokens cut off a call, it is
     * {@code LENGTH} here, so that nobody takes its arguments for complete.
     */
    static FinishReason finishReason(CompletionResponse answer) {
        return switch (answer.stopReason()) {
            case END_TURN, STOP_SEQUENCE -> FinishReason.STOP;
            case TOOL_USE -> isCutOff(answer) ? FinishReason.LENGTH : FinishReason.TOOL_EXECUTION;
            case MAX_TOKENS -> FinishReason.LENGTH;
            case CONTENT_FILTER -> FinishReason.CONTENT_FILTER;
            case OTHER -> FinishReason.OTHER;
        };
    }

    private static boolean isCutOff(CompletionResponse answer) {
        return answer.serverInfo().get(CompletionResponse.FINISH_REASON) instanceof String reason
                && LENGTH.contains(reason.toLowerCase(Locale.ROOT))
                && answer.toolCalls().stream().anyMatch(ToolCall::malformedInput);
    }

    /** The stop reason of a LangChain4j answer. */
    static StopReason stopReason(@Nullable FinishReason reason, boolean hasCalls) {
        if (hasCalls) {
            return StopReason.TOOL_USE;
        } else if (reason == null) {
            return StopReason.OTHER;
        }
        return switch (reason) {
            case STOP, TOOL_EXECUTION -> StopReason.END_TURN; // "tool execution" without a call
            case LENGTH -> StopReason.MAX_TOKENS;
            case CONTENT_FILTER -> StopReason.CONTENT_FILTER;
            case OTHER -> StopReason.OTHER;
        };
    }
}
