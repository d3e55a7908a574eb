package dev.postern;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opaque data that a backend expects back with the next request, such as the {@code thought_signature} that Gemini puts
 * on a tool call. It travels inside {@link ToolCall} and {@link Content.Reasoning}; an application sends the message
 * back unchanged and does not read the data.
 *
 * @param origin the family of backends that created it; a provider sends it back only if it belongs to that family
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

    /** Whether there is no data. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Whether this family created the data, so that it may get it back. */
    public boolean isFrom(String family) {
        return !values.isEmpty() && origin.equals(family);
    }
}
