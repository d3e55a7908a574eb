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
 * The request's {@code extra} fields, sorted: members of Converse go where they belong, all else to {@code
 * additionalModelRequestFields}, as Converse refuses what it does not know. They may say nothing that the request says
 * itself, or that the operator has set for every request.
 */
final class ExtraFields {
    static final String ADDITIONAL = "additionalModelRequestFields";
    private static final String INFERENCE = "inferenceConfig";
    private static final String TOOLS = "toolConfig";
    private static final String OUTPUT = "outputConfig";
    private static final String GUARDRAIL = "guardrailConfig";
    /** Members that go out as they are. */
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
     * The fields of this request.
     *
     * @throws LlmException that refuses the request before it is sent
     */
    ExtraFields(CompletionRequest request, ConverseSettings settings) {
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
        new TypedTwins(request).check(inference, toolConfig, output, object(ADDITIONAL));
        if (settings.isGuardrailLocked()) {
            checkGuardrail();
        }
        request.extra().forEach(this::sort);
    }

    private void sort(String name, @Nullable Object value) {
        switch (name) {
            case INFERENCE, TOOLS, OUTPUT -> {} // read above
            case "n" -> {} // it is 1, which is what is asked for anyway
            case ADDITIONAL -> additional.putAll(object(ADDITIONAL));
            default -> (MEMBERS.contains(name) ? members : additional).put(name, value);
        }
    }

    /** Whether {@code n} is 1. */
    static boolean asksForOneAnswer(Map<String, @Nullable Object> extra) {
        return extra.get("n") instanceof Number n && n.doubleValue() == 1;
    }

    /** Blocks of {@code guardContent} narrow what a guardrail looks at, so a system prompt in Converse's form is one, too. */
    private void checkGuardrail() {
        for (Map<String, @Nullable Object> fields : List.of(request.extra(), object(ADDITIONAL))) {
            for (String name : fields.keySet()) {
                if (name.equals("system") || name.toLowerCase(Locale.ROOT).contains("guardrail")) {
                    throw TypedTwins.refused(
                            name, "may change the guardrail, which is set for every request; leave the field out");
                }
            }
        }
    }

    @SuppressWarnings("unchecked") // the names of a request's fields are text
    private Map<String, @Nullable Object> object(String name) {
        Object value = request.extra().get(name);
        if (value instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        if (request.extra().containsKey(name)) {
            throw TypedTwins.refused(name, "must be an object, as in Converse");
        }
        return Map.of();
    }

    /** Whether a member of Converse is there that goes out as it is. */
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

    /** Tools in Converse's own form, such as those that the service runs itself. Withheld like all others. */
    List<?> tools() {
        boolean withheld = request.toolChoice().orElse(ToolChoice.AUTO) == ToolChoice.NONE;
        return !withheld && toolConfig.get("tools") instanceof List<?> tools ? tools : List.of();
    }

    /** What else there is of {@code toolConfig}. */
    Map<String, @Nullable Object> aboutTools() {
        Map<String, @Nullable Object> others = new LinkedHashMap<>(toolConfig);
        others.remove("tools");
        return others;
    }

    /** Members of Converse that go out as they are. */
    Map<String, @Nullable Object> members() {
        return members;
    }

    /** What only the model knows. */
    Map<String, @Nullable Object> additional() {
        return additional;
    }

    /** Whether the request has a system prompt in its own form. */
    static boolean hasSystem(CompletionRequest request) {
        return !request.system().isBlank()
                || request.messages().stream()
                        .anyMatch(message -> message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER);
    }
}
