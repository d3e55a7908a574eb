package dev.postern;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tool that the model may call.
 *
 * @param name the name; letters, digits, {@code _} and {@code -} work with every backend
 * @param description explains to the model when to call the tool; may be empty
 * @param inputSchema a JSON Schema of the arguments
 * @param strict whether the backend must keep the model's arguments to the schema, where it can (OpenAI; the schema
 *     must then have {@code "additionalProperties": false} and require each property). False leaves it to the backend
 * @param cache whether the backend may cache the tools up to this one
 */
public record ToolDefinition(
        String name, String description, Map<String, @Nullable Object> inputSchema, boolean strict, CacheMark cache) {

    private static final Map<String, @Nullable Object> NO_ARGUMENTS = noArguments();

    /** Copies the schema (an empty one means: no arguments); refuses a tool without a name. */
    public ToolDefinition {
        if (name.isBlank()) {
            throw LlmException.invalidRequest("tools.name", "must not be empty");
        }
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(cache, "cache");
        inputSchema = inputSchema.isEmpty() ? NO_ARGUMENTS : JsonValues.copyOf("tools.input_schema", inputSchema);
    }

    /** A tool without a cache mark. */
    public ToolDefinition(String name, String description, Map<String, @Nullable Object> inputSchema, boolean strict) {
        this(name, description, inputSchema, strict, CacheMark.NONE);
    }

    /** A tool that is not strict. */
    public ToolDefinition(String name, String description, Map<String, @Nullable Object> inputSchema) {
        this(name, description, inputSchema, false);
    }

    /** In a fixed order: that of {@code Map.of} changes with each run, and a backend caches by the bytes it gets. */
    private static Map<String, @Nullable Object> noArguments() {
        Map<String, @Nullable Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", Map.of());
        return Collections.unmodifiableMap(schema);
    }

    /**
     * A tool; the schema is made of maps, lists and strings, as in {@code Map.of("type", "object", …)}. Maps without an
     * order of their own are sorted.
     */
    public static ToolDefinition of(String name, String description, Map<String, ?> inputSchema) {
        return new ToolDefinition(name, description, JsonValues.copyOf("tools.input_schema", inputSchema));
    }

    /** This tool, strict or not. */
    public ToolDefinition withStrict(boolean required) {
        return new ToolDefinition(name, description, inputSchema, required, cache);
    }

    /** This tool with a mark for the backend's cache. */
    public ToolDefinition cached(CacheMark mark) {
        return new ToolDefinition(name, description, inputSchema, strict, mark);
    }
}
