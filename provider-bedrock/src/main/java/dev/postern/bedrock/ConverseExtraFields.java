package dev.postern.bedrock;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.Role;
import dev.postern.ToolChoice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code extra} fields of a request. Members of Converse are sent as such. All other fields are sent in {@code
 * additionalModelRequestFields}, because Converse refuses members that it does not know. A field that the request sets
 * itself, or that may change a locked guardrail, is refused.
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
     * Separates the extra fields of a request.
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
        new DuplicateFields(request).check(inference, toolConfig, output, object(ADDITIONAL));
        if (settings.isGuardrailLocked()) {
            checkGuardrail();
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

    /** Whether {@code n} is 1. */
    static boolean asksForOneAnswer(Map<String, @Nullable Object> extra) {
        return extra.get("n") instanceof Number n && n.doubleValue() == 1;
    }

    /**
     * Refuses fields that may change the guardrail. A system prompt in Converse's form is one of them, because its
     * {@code guardContent} blocks restrict what the guardrail checks.
     */
    private void checkGuardrail() {
        for (Map<String, @Nullable Object> fields : List.of(request.extra(), object(ADDITIONAL))) {
            for (String name : fields.keySet()) {
                if (name.equals("system") || name.toLowerCase(Locale.ROOT).contains("guardrail")) {
                    throw DuplicateFields.refused(
                            name, "may change the guardrail, which is set for every request; omit the field");
                }
            }
        }
    }

    @SuppressWarnings("unchecked") // the names of a request's fields are strings
    private Map<String, @Nullable Object> object(String name) {
        Object value = request.extra().get(name);
        if (value instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        if (request.extra().containsKey(name)) {
            throw DuplicateFields.refused(name, "must be an object, as in Converse");
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

    /** Whether the request has a system prompt or a system message. */
    static boolean hasSystem(CompletionRequest request) {
        return !request.system().isBlank()
                || request.messages().stream()
                        .anyMatch(message -> message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER);
    }
}
