package dev.postern.bedrock;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a request has a place for. They may not stand in its {@code extra} as well: of two values, the caller
 * could not know which one is sent.
 */
final class TypedTwins {
    private final CompletionRequest request;
    private final Map<String, @Nullable Object> extra;

    TypedTwins(CompletionRequest request) {
        this.request = request;
        this.extra = request.extra();
    }

    void check(
            Map<String, @Nullable Object> inference,
            Map<String, @Nullable Object> toolConfig,
            Map<String, @Nullable Object> output,
            Map<String, @Nullable Object> additional) {
        if (extra.get("n") instanceof Number n && n.doubleValue() > 1) {
            throw Refusal.unsupported(
                    "extra.n: one request gives one answer here; send " + n.longValue() + " requests.");
        }
        if (!ExtraFields.asksForOneAnswer(extra)) {
            forbid("n", "must be 1, as one request gives one answer here; leave the field out");
        }
        forbid("stream", "is decided by the method that is called; call stream() or completions()");
        forbid("messages", "is the request's own field; set messages there");
        forbid("model", "is the request's own field; set model there");
        forbid("modelId", "is the request's own field; set model there");
        if (ExtraFields.hasSystem(request)) {
            forbid("system", "the request has a system prompt as well; set it in one place");
        }
        Map<String, Boolean> typed = typed();
        refuse("", extra, typed);
        refuse("additionalModelRequestFields.", additional, typed);
        refuse("inferenceConfig.", inference, typed);
        refuse("toolConfig.", toolConfig, typed);
        refuse("outputConfig.", output, typed);
        if (toolConfig.containsKey("tools") && !(toolConfig.get("tools") instanceof List)) {
            throw refused("toolConfig.tools", "must be a list; its elements are added to the request's tools");
        }
    }

    /** The names of fields that a request has a typed form for, in Converse and in models, and whether it is set. */
    private Map<String, Boolean> typed() {
        Map<String, Boolean> typed = new LinkedHashMap<>();
        all(typed, request.maxTokens().isPresent(), "maxTokens", "max_tokens", "max_completion_tokens");
        all(typed, request.temperature().isPresent(), "temperature");
        all(typed, request.topP().isPresent(), "topP", "top_p");
        all(typed, !request.stop().isEmpty(), "stopSequences", "stop_sequences", "stop");
        all(typed, request.toolChoice().isPresent(), "toolChoice", "tool_choice");
        all(typed, request.parallelToolCalls().isPresent(), "parallel_tool_calls");
        all(typed, request.responseFormat().isPresent(), "textFormat", "response_format");
        all(typed, !request.reasoningEffort().isEmpty(), "effort", "reasoning_effort");
        all(typed, request.seed().isPresent(), "seed");
        all(typed, request.presencePenalty().isPresent(), "presence_penalty");
        all(typed, request.frequencyPenalty().isPresent(), "frequency_penalty");
        return typed;
    }

    private static void all(Map<String, Boolean> typed, boolean isSet, String... names) {
        for (String name : names) {
            typed.put(name, isSet);
        }
    }

    private static void refuse(String path, Map<String, @Nullable Object> fields, Map<String, Boolean> typed) {
        for (String name : fields.keySet()) {
            if (typed.getOrDefault(name, false)) {
                throw refused(path + name, "the request sets this field itself as well; set it in one place");
            }
        }
    }

    private void forbid(String field, String why) {
        if (extra.containsKey(field)) {
            throw refused(field, why);
        }
    }

    static LlmException refused(String field, String why) {
        return Refusal.invalid("extra." + field + ": " + why + ".");
    }
}
