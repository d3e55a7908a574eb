package dev.postern;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opaque data that a backend wants back with the next request, such as the {@code thought_signature} that Gemini puts
 * on a tool call. It travels inside {@link ToolCall} and {@link Content.Reasoning}; an application hands the message
 * back as it got it and never looks inside.
 *
 * @param origin the family of backend that made it; a provider sends it back only if the family is its own
 * @param values JSON values: strings, numbers, booleans, lists and maps
 */
public record ProviderData(String origin, Map<String, @Nullable Object> values) {

    /** No data. */
    public static final ProviderData NONE = new ProviderData("", Map.of());

    /** Copies the values. */
    public ProviderData {
        Objects.requireNonNull(origin, "origin");
        values = JsonValues.copyOf("provider_data", values);
    }

    /** Whether there is nothing to hand back. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Whether {@code family} made this data and may see it again. */
    public boolean isFrom(String family) {
        return !values.isEmpty() && origin.equals(family);
    }
}
