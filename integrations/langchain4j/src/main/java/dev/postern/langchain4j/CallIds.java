package dev.postern.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.postern.LlmException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ids for tool calls that have none, because some models of LangChain4j make such calls. A result without an id belongs to the
 * first unanswered call of its tool. Not thread-safe.
 */
final class CallIds {
    private final List<ToolExecutionRequest> unanswered = new ArrayList<>();
    private int made;

    /** The call with an id. */
    ToolExecutionRequest called(ToolExecutionRequest call) {
        if (isGiven(call.id())) {
            return call;
        }
        ToolExecutionRequest named =
                call.toBuilder().id("call_without_id_" + ++made).build();
        unanswered.add(named);
        return named;
    }

    /** The id of the call that this result belongs to. */
    String answered(ToolExecutionResultMessage result) {
        if (isGiven(result.id())) {
            return result.id();
        }
        for (Iterator<ToolExecutionRequest> calls = unanswered.iterator(); calls.hasNext(); ) {
            ToolExecutionRequest call = calls.next();
            if (call.name().equals(result.toolName())) {
                calls.remove();
                return call.id();
            }
        }
        throw LlmException.builder(
                        LlmException.Kind.INVALID_REQUEST,
                        "A result of the tool '" + result.toolName()
                                + "' has no id, and no call of this tool without an id comes before it.")
                .refusedBeforeSending(true)
                .build();
    }

    private static boolean isGiven(@Nullable String id) {
        return id != null && !id.isEmpty();
    }
}
