package dev.postern.gateway;

import dev.postern.CompletionRequest;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A field that is a property of {@link CompletionRequest} and can also be in {@code extra}, under one of several names. The
 * rules of an {@link ExtraPolicy} apply to both.
 */
enum TypedField {
    TEMPERATURE,
    TOP_P,
    MAX_TOKENS,
    STOP,
    SEED,
    PRESENCE_PENALTY,
    FREQUENCY_PENALTY,
    REASONING_EFFORT,
    PARALLEL_TOOL_CALLS,
    RESPONSE_FORMAT,
    TOOL_CHOICE,
    METADATA;

    /** Objects of Bedrock's Converse API whose members can be typed fields, in the form of {@link #normalized}. */
    private static final Set<String> SECTIONS =
            Set.of("inferenceconfig", "toolconfig", "outputconfig", "additionalmodelrequestfields");

    /** The name in a JSON request. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the request has the property. */
    boolean isIn(CompletionRequest request) {
        return switch (this) {
            case TEMPERATURE -> request.temperature().isPresent();
            case TOP_P -> request.topP().isPresent();
            case MAX_TOKENS -> request.maxTokens().isPresent();
            case STOP -> !request.stop().isEmpty();
            case SEED -> request.seed().isPresent();
            case PRESENCE_PENALTY -> request.presencePenalty().isPresent();
            case FREQUENCY_PENALTY -> request.frequencyPenalty().isPresent();
            case REASONING_EFFORT -> !request.reasoningEffort().isEmpty();
            case PARALLEL_TOOL_CALLS -> request.parallelToolCalls().isPresent();
            case RESPONSE_FORMAT -> request.responseFormat().isPresent();
            case TOOL_CHOICE -> request.toolChoice().isPresent();
            case METADATA -> !request.requestMetadata().isEmpty();
        };
    }

    /** Removes the property. */
    void removeFrom(CompletionRequest.Builder request) {
        switch (this) {
            case TEMPERATURE -> request.temperature(null);
            case TOP_P -> request.topP(null);
            case MAX_TOKENS -> request.maxTokens(null);
            case STOP -> request.stop();
            case SEED -> request.seed(null);
            case PRESENCE_PENALTY -> request.presencePenalty(null);
            case FREQUENCY_PENALTY -> request.frequencyPenalty(null);
            case REASONING_EFFORT -> request.reasoningEffort("");
            case PARALLEL_TOOL_CALLS -> request.parallelToolCalls(null);
            case RESPONSE_FORMAT -> request.responseFormat(null);
            case TOOL_CHOICE -> request.toolChoice(null);
            case METADATA -> request.requestMetadata(Map.of());
        }
    }

    /** The fields with these names. Case and underscores are ignored. */
    static Set<TypedField> named(Iterable<String> names) {
        Set<TypedField> found = EnumSet.noneOf(TypedField.class);
        names.forEach(name -> addTo(found, name));
        return found;
    }

    /** The fields in these extra fields, at the top level or in a section of the Converse API. */
    static Set<TypedField> in(Map<String, ? extends @Nullable Object> extra) {
        Set<TypedField> found = named(extra.keySet());
        extra.forEach((name, value) -> {
            if (value instanceof Map<?, ?> section && SECTIONS.contains(normalized(name))) {
                section.keySet().forEach(member -> addTo(found, String.valueOf(member)));
            }
        });
        return found;
    }

    private static void addTo(Set<TypedField> found, String name) {
        String normalized = normalized(name);
        for (TypedField field : values()) {
            if (normalized.equals(normalized(field.name()))
                    || (!normalized.isEmpty() && normalized.equals(field.otherName()))) {
                found.add(field);
            }
        }
    }

    /** A second name of the field, in the form of {@link #normalized}; empty if there is none. */
    private String otherName() {
        return switch (this) {
            case MAX_TOKENS -> "maxcompletiontokens";
            case STOP -> "stopsequences";
            case REASONING_EFFORT -> "effort";
            case RESPONSE_FORMAT -> "textformat";
            case METADATA -> "requestmetadata";
            default -> "";
        };
    }

    private static String normalized(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
