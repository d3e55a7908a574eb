package dev.postern;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call of a tool by the model.
 *
 * @param id the id of this call; the {@link ToolResult} repeats it
 * @param name the tool's name
 * @param input the arguments, as JSON values; {@code {"raw": text}} if the model's text was not a JSON object
 * @param malformedInput whether the model's text was not a JSON object
 * @param providerData data that the backend expects back with this call
 */
public record ToolCall(
        String id, String name, Map<String, @Nullable Object> input, boolean malformedInput, ProviderData providerData)
        implements Content {

    /** The key of {@link #input()} that holds arguments that were not a JSON object. */
    public static final String RAW = "raw";

    /** Copies the input; refuses a call without id or name. */
    public ToolCall {
        if (id.isEmpty()) {
            throw LlmException.invalidRequest("tool_calls.id", "must not be empty");
        }
        if (name.isEmpty()) {
            throw LlmException.invalidRequest("tool_calls.name", "must not be empty");
        }
        input = JsonValues.copyOf("tool_calls.input", input);
        Objects.requireNonNull(providerData, "providerData");
    }

    /** A call with well-formed arguments. */
    public static ToolCall of(String id, String name, Map<String, ?> input) {
        return new ToolCall(id, name, JsonValues.copyOf("tool_calls.input", input), false, ProviderData.NONE);
    }

    /** A call whose argument text was not a JSON object. */
    public static ToolCall malformed(String id, String name, String rawInput) {
        return new ToolCall(id, name, Map.of(RAW, rawInput), true, ProviderData.NONE);
    }

    /** This call with data that the backend expects back. */
    public ToolCall with(ProviderData data) {
        return new ToolCall(id, name, input, malformedInput, data);
    }
}
