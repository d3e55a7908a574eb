package dev.postern.openai;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request's {@code extra} fields. They must not repeat a field that the request sets elsewhere: of two values for
 * one field, the caller could not know which one is sent. They also must not change whether the answer is a stream.
 */
final class ChatExtraFields {
    private final Map<String, @Nullable Object> fields;

    private ChatExtraFields(Map<String, @Nullable Object> fields) {
        this.fields = fields;
    }

    /**
     * Returns the extra fields of a request.
     *
     * @throws LlmException if a field is not allowed; the request is not sent
     */
    static ChatExtraFields of(CompletionRequest request) {
        ChatExtraFields extra = new ChatExtraFields(request.extra());
        if (!extra.fields.isEmpty()) {
            extra.check(request);
        }
        return extra;
    }

    private void check(CompletionRequest request) {
        if (fields.get("n") instanceof Number n && n.doubleValue() > 1) {
            throw refused(
                    Kind.UNSUPPORTED, "n", "Postern reads one answer per request; send " + n.longValue() + " requests");
        }
        if (!(fields.get("n") instanceof Number n && n.doubleValue() == 1)) {
            forbid("n", "must be 1, because Postern reads one answer per request; omit the field");
        }
        forbid("stream", "follows from the method that is called; call stream() or completions()");
        forbid("messages", "is a field of the request itself; set messages there");
        forbid("model", "is a field of the request itself; set model there");
        typed(request).forEach((field, isSet) -> {
            if (isSet && fields.containsKey(field)) {
                throw refused(Kind.INVALID_REQUEST, field, "the request sets this field too; set it in one place only");
            }
        });
        if (fields.containsKey("tools") && !(fields.get("tools") instanceof List)) {
            throw refused(
                    Kind.INVALID_REQUEST, "tools", "must be a list; its elements are added to the request's tools");
        }
    }

    /** The fields that {@link CompletionRequest} has a setter for, and whether this request sets them. */
    private static Map<String, Boolean> typed(CompletionRequest request) {
        Map<String, Boolean> typed = new LinkedHashMap<>();
        typed.put("tool_choice", request.toolChoice().isPresent());
        typed.put("parallel_tool_calls", request.parallelToolCalls().isPresent());
        typed.put("temperature", request.temperature().isPresent());
        typed.put("max_tokens", request.maxTokens().isPresent());
        typed.put("max_completion_tokens", request.maxTokens().isPresent());
        typed.put("top_p", request.topP().isPresent());
        typed.put("stop", !request.stop().isEmpty());
        typed.put("seed", request.seed().isPresent());
        typed.put("presence_penalty", request.presencePenalty().isPresent());
        typed.put("frequency_penalty", request.frequencyPenalty().isPresent());
        typed.put("reasoning_effort", !request.reasoningEffort().isEmpty());
        typed.put("response_format", request.responseFormat().isPresent());
        typed.put("metadata", !request.requestMetadata().isEmpty());
        return typed;
    }

    private void forbid(String field, String why) {
        if (fields.containsKey(field)) {
            throw refused(Kind.INVALID_REQUEST, field, why);
        }
    }

    private static LlmException refused(Kind kind, String field, String sentence) {
        return LlmException.builder(kind, "extra." + field + ": " + sentence + ".")
                .refusedBeforeSending(true)
                .build();
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    /** Tools in the server's own form, for example tools that the server runs itself. */
    List<?> tools() {
        return fields.get("tools") instanceof List<?> tools ? tools : List.of();
    }

    /**
     * All fields except {@code tools}, which are added to the request's tools, and {@code n}, which is 1, the default.
     */
    Map<String, @Nullable Object> others() {
        if (fields.isEmpty()) {
            return fields;
        }
        Map<String, @Nullable Object> others = new LinkedHashMap<>(fields);
        others.remove("tools");
        others.remove("n");
        return others;
    }
}
