package dev.postern.bedrock;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses fields of {@code extra} that must not be sent: those that the request sets itself, because the caller could not
 * know which of two values is sent; those that contradict the call, such as several answers; and those that may change a
 * locked guardrail.
 */
final class ExtraFieldCheck {
    private final CompletionRequest request;
    private final Map<String, @Nullable Object> extra;

    ExtraFieldCheck(CompletionRequest request) {
        this.request = request;
        this.extra = request.extra();
    }

    /**
     * Refuses fields that the request sets itself, and those that contradict the call.
     *
     * @throws LlmException that names the field
     */
    void checkFields(
            Map<String, @Nullable Object> inference,
            Map<String, @Nullable Object> toolConfig,
            Map<String, @Nullable Object> output,
            Map<String, @Nullable Object> additional) {
        if (extra.get("n") instanceof Number n && n.doubleValue() > 1) {
            throw RequestErrors.unsupported(
                    "extra.n: Postern reads one answer per request; send " + n.longValue() + " requests.");
        }
        if (!asksForOneAnswer()) {
            forbid("n", "must be 1, because Postern reads one answer per request; omit the field");
        }
        forbid("stream", "follows from the method that is called; call stream() or completions()");
        forbid("messages", "is a field of the request itself; set messages there");
        forbid("model", "is a field of the request itself; set model there");
        forbid("modelId", "is a field of the request itself; set model there");
        if (hasSystem()) {
            forbid("system", "the request has a system prompt too; set it in one place only");
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

    /**
     * Refuses fields that may change the guardrail. A system prompt in Converse's form is one of them, because its
     * {@code guardContent} blocks restrict what the guardrail checks.
     */
    void checkGuardrail(Map<String, @Nullable Object> additional) {
        for (Map<String, @Nullable Object> fields : List.of(extra, additional)) {
            for (String name : fields.keySet()) {
                if (name.equals("system") || name.toLowerCase(Locale.ROOT).contains("guardrail")) {
                    throw refused(name, "may change the guardrail, which is set for every request; omit the field");
                }
            }
        }
    }

    /** Whether {@code n} is 1. */
    private boolean asksForOneAnswer() {
        return extra.get("n") instanceof Number n && n.doubleValue() == 1;
    }

    /** Whether the request has a system prompt or a system message. */
    private boolean hasSystem() {
        return !request.system().isBlank()
                || request.messages().stream()
                        .anyMatch(message -> message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER);
    }

    /**
     * The names, in Converse and in models, of the fields that a request has setters for. The value is true if the
     * request sets the field.
     */
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
        all(typed, !request.requestMetadata().isEmpty(), "requestMetadata");
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
                throw refused(path + name, "the request sets this field too; set it in one place only");
            }
        }
    }

    private void forbid(String field, String reason) {
        if (extra.containsKey(field)) {
            throw refused(field, reason);
        }
    }

    static LlmException refused(String field, String reason) {
        return RequestErrors.invalid("extra." + field + ": " + reason + ".");
    }
}
