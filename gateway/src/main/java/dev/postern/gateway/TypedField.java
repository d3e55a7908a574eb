package dev.postern.gateway;

import dev.postern.CompletionRequest;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A field that a {@link CompletionRequest} has a place for and that can stand in {@code extra} as well, under one of several
 * names. What an operator sets or locks in {@code extra} holds for both places.
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

    /** Objects of Bedrock's Converse API whose members have a typed place, written as {@link #plain} does. */
    private static final Set<String> SECTIONS =
            Set.of("inferenceconfig", "toolconfig", "outputconfig", "additionalmodelrequestfields");

    /** The name in requests to servers. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the request sets the field in its own place. */
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

    /** Takes the field out of its own place. */
    void dropFrom(CompletionRequest.Builder request) {
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

    /** The fields that these names mean, in any case of their letters and with or without underscores. */
    static Set<TypedField> named(Iterable<String> names) {
        Set<TypedField> found = EnumSet.noneOf(TypedField.class);
        names.forEach(name -> addTo(found, name));
        return found;
    }

    /** The fields that these extra fields mean, at the top or in a section of Converse. */
    static Set<TypedField> in(Map<String, ? extends @Nullable Object> extra) {
        Set<TypedField> found = named(extra.keySet());
        extra.forEach((name, value) -> {
            if (value instanceof Map<?, ?> section && SECTIONS.contains(plain(name))) {
                section.keySet().forEach(member -> addTo(found, String.valueOf(member)));
            }
        });
        return found;
    }

    private static void addTo(Set<TypedField> found, String name) {
        String plain = plain(name);
        for (TypedField field : values()) {
            if (plain.equals(plain(field.name())) || (!plain.isEmpty() && plain.equals(field.otherName()))) {
                found.add(field);
            }
        }
    }

    /** A second name of the field, written as {@link #plain} does; empty if there is none. */
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

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
