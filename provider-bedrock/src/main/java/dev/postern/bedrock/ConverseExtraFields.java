package dev.postern.bedrock;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.ToolChoice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sorts the {@code extra} fields of a request by the place where they are sent. Members of Converse are sent as such.
 * All other fields are sent in {@code additionalModelRequestFields}, because Converse refuses members that it does not
 * know. {@link ExtraFieldCheck} refuses fields that must not be sent.
 */
final class ConverseExtraFields {
    static final String ADDITIONAL = "additionalModelRequestFields";
    private static final String INFERENCE = "inferenceConfig";
    private static final String TOOLS = "toolConfig";
    private static final String OUTPUT = "outputConfig";
    private static final String GUARDRAIL = "guardrailConfig";
    /** Members of Converse that are sent unchanged. */
    private static final Set<String> MEMBERS = Set.of(
            GUARDRAIL,
            "additionalModelResponseFieldPaths",
            "promptVariables",
            "requestMetadata",
            "performanceConfig",
            "serviceTier",
            "system");

    private final CompletionRequest request;
    private final Map<String, @Nullable Object> inference;
    private final Map<String, @Nullable Object> toolConfig;
    private final Map<String, @Nullable Object> output;
    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> additional = new LinkedHashMap<>();

    /**
     * Checks and sorts the extra fields of a request.
     *
     * @throws LlmException if a field must not be sent
     */
    ConverseExtraFields(CompletionRequest request, ConverseSettings settings) {
        this.request = request;
        inference = object(INFERENCE);
        toolConfig = object(TOOLS);
        output = object(OUTPUT);
        if (!request.reasoningEffort().isEmpty()) {
            additional.put("reasoning_effort", request.reasoningEffort());
        }
        if (request.extra().isEmpty()) {
            return;
        }
        ExtraFieldCheck check = new ExtraFieldCheck(request);
        check.checkFields(inference, toolConfig, output, object(ADDITIONAL));
        if (settings.isGuardrailLocked()) {
            check.checkGuardrail(object(ADDITIONAL));
        }
        request.extra().forEach(this::sort);
    }

    private void sort(String name, @Nullable Object value) {
        switch (name) {
            case INFERENCE, TOOLS, OUTPUT -> {} // handled by the constructor
            case "n" -> {} // it is 1, which is the number of answers of every request
            case ADDITIONAL -> additional.putAll(object(ADDITIONAL));
            default -> (MEMBERS.contains(name) ? members : additional).put(name, value);
        }
    }

    @SuppressWarnings("unchecked") // the names of a request's fields are strings
    private Map<String, @Nullable Object> object(String name) {
        Object value = request.extra().get(name);
        if (value instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        if (request.extra().containsKey(name)) {
            throw ExtraFieldCheck.refused(name, "must be an object, as in Converse");
        }
        return Map.of();
    }

    /** Whether the extra fields have this member of Converse. */
    boolean has(String member) {
        return members.containsKey(member);
    }

    boolean hasGuardrail() {
        return has(GUARDRAIL);
    }

    Map<String, @Nullable Object> inference() {
        return inference;
    }

    Map<String, @Nullable Object> output() {
        return output;
    }

    /** Tools in Converse's own form, such as tools that the service runs itself; empty for {@link ToolChoice#NONE}. */
    List<?> tools() {
        boolean withheld = request.toolChoice().orElse(ToolChoice.AUTO) == ToolChoice.NONE;
        return !withheld && toolConfig.get("tools") instanceof List<?> tools ? tools : List.of();
    }

    /** The members of {@code toolConfig} other than the tools. */
    Map<String, @Nullable Object> toolOptions() {
        Map<String, @Nullable Object> others = new LinkedHashMap<>(toolConfig);
        others.remove("tools");
        return others;
    }

    /** Members of Converse that are sent unchanged. */
    Map<String, @Nullable Object> members() {
        return members;
    }

    /** The model's own fields, which are not members of Converse. */
    Map<String, @Nullable Object> additional() {
        return additional;
    }
}
