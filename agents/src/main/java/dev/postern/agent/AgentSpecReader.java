package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.schema.SchemaValidator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads specs from JSON, as clients of the Python Agentic Primitives Gateway send them. Null counts as absent, except
 * that a null {@code temperature} means to send none. Unknown fields are ignored. Invalid values of known fields are
 * refused.
 */
public final class AgentSpecReader {
    private static final Map<String, Object> TEXT = type("string");
    private static final Map<String, Object> BOOL = type("boolean");
    private static final Map<String, Object> NUMBER = type("number");
    private static final Map<String, Object> INTEGER = type("integer");
    private static final Map<String, Object> TEXTS =
            Map.of("type", List.of("array", "null"), "items", Map.of("type", "string"));
    private static final Map<String, Object> PRIMITIVE = object(Map.of(
            "enabled", BOOL, "tools", TEXTS, "namespace", TEXT, "shared_namespaces", TEXTS, "options", type("object")));

    private static final SchemaValidator CHANGES = SchemaValidator.of(object(Map.ofEntries(
            Map.entry("description", TEXT),
            Map.entry("model", TEXT),
            Map.entry("system_prompt", TEXT),
            Map.entry("primitives", Map.of("type", List.of("object", "null"), "additionalProperties", PRIMITIVE)),
            Map.entry("hooks", object(Map.of("auto_memory", BOOL, "auto_trace", BOOL))),
            Map.entry(
                    "provider_overrides",
                    Map.of("type", List.of("object", "null"), "additionalProperties", Map.of("type", "string"))),
            Map.entry("max_turns", INTEGER),
            Map.entry("max_repeated_calls", INTEGER),
            Map.entry("temperature", NUMBER),
            Map.entry("max_tokens", INTEGER),
            Map.entry("shared_with", TEXTS),
            Map.entry("checkpointing_enabled", BOOL))));
    private static final SchemaValidator WHOLE = SchemaValidator.of(Map.of(
            "type",
            "object",
            "required",
            List.of("name"),
            "properties",
            Map.of("name", Map.of("type", "string"), "owner_id", TEXT)));

    private AgentSpecReader() {}

    private static Map<String, Object> type(String name) {
        return Map.of("type", List.of(name, "null"));
    }

    private static Map<String, Object> object(Map<String, ?> properties) {
        return Map.of("type", List.of("object", "null"), "properties", properties);
    }

    /**
     * Reads a whole spec.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} with the path of the invalid value, such as {@code
     *     primitives.memory.enabled: must be true or false, but is text}
     */
    public static AgentSpec read(byte[] json) {
        return read(parse(json));
    }

    /**
     * Reads the specs of <code>{"agents": […]}</code>.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} with the path of the invalid value
     */
    public static List<AgentSpec> readAll(byte[] json) {
        if (!(parse(json) instanceof Map<?, ?> all) || !(all.get("agents") instanceof List<?> list)) {
            throw new LlmException(Kind.INVALID_REQUEST, "agents: must be a list");
        }
        List<AgentSpec> specs = new ArrayList<>();
        for (Object element : list) {
            try {
                specs.add(read(element));
            } catch (LlmException e) {
                throw new LlmException(e.kind(), "agents[" + specs.size() + "]." + e.getMessage(), e);
            }
        }
        return specs;
    }

    /**
     * Returns a spec with the fields changed that the JSON has and that are not null. The name and the owner stay the
     * same.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} with the path of the invalid value
     */
    public static AgentSpec update(AgentSpec spec, byte[] json) {
        Map<?, ?> changes = checked(parse(json), CHANGES);
        return apply(spec.toBuilder(), changes).build();
    }

    private static AgentSpec read(@Nullable Object json) {
        Map<?, ?> fields = checked(json, WHOLE);
        AgentSpecBuilder builder = AgentSpec.builder((String) Objects.requireNonNull(fields.get("name")));
        given(fields, "owner_id", value -> builder.owner((String) value));
        if (fields.containsKey("temperature") && fields.get("temperature") == null) {
            builder.temperature(null);
        }
        return apply(builder, checked(json, CHANGES)).build();
    }

    private static AgentSpecBuilder apply(AgentSpecBuilder builder, Map<?, ?> fields) {
        given(fields, "description", value -> builder.description((String) value));
        given(fields, "model", value -> builder.model((String) value));
        given(fields, "system_prompt", value -> builder.systemPrompt((String) value));
        given(fields, "primitives", value -> builder.primitives(primitives((Map<?, ?>) value)));
        given(fields, "hooks", value -> hooks(builder, (Map<?, ?>) value));
        given(fields, "provider_overrides", value -> builder.providerOverrides(texts((Map<?, ?>) value)));
        given(fields, "max_turns", value -> builder.maxTurns(integer("max_turns", value)));
        given(fields, "max_repeated_calls", value -> builder.maxRepeatedCalls(integer("max_repeated_calls", value)));
        given(fields, "temperature", value -> builder.temperature(((Number) value).doubleValue()));
        given(fields, "max_tokens", value -> builder.maxTokens(integer("max_tokens", value)));
        given(fields, "shared_with", value -> builder.extra("shared_with", value));
        given(fields, "checkpointing_enabled", value -> builder.extra("checkpointing_enabled", value));
        return builder;
    }

    private static Map<String, AgentPrimitive> primitives(Map<?, ?> all) {
        Map<String, AgentPrimitive> primitives = new LinkedHashMap<>();
        all.forEach((name, value) -> primitives.put(
                String.valueOf(name), value instanceof Map<?, ?> map ? primitive(map) : AgentPrimitive.ON));
        return primitives;
    }

    private static AgentPrimitive primitive(Map<?, ?> fields) {
        Map<String, @Nullable Object> extra = new LinkedHashMap<>();
        given(fields, "shared_namespaces", value -> extra.put("shared_namespaces", value));
        given(fields, "options", value -> extra.put("options", value));
        Optional<List<String>> tools = fields.get("tools") instanceof List<?> list
                ? Optional.of(list.stream().map(String.class::cast).toList())
                : Optional.empty();
        return new AgentPrimitive(
                !Boolean.FALSE.equals(fields.get("enabled")),
                tools,
                fields.get("namespace") instanceof String namespace ? namespace : "",
                extra);
    }

    private static void hooks(AgentSpecBuilder builder, Map<?, ?> hooks) {
        given(hooks, "auto_memory", value -> builder.autoMemory((Boolean) value));
        given(hooks, "auto_trace", value -> builder.autoTrace((Boolean) value));
    }

    private static Map<String, String> texts(Map<?, ?> map) {
        Map<String, String> texts = new LinkedHashMap<>();
        map.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
        return texts;
    }

    private static int integer(String field, Object value) {
        double number = ((Number) value).doubleValue();
        if (Math.abs(number) > Integer.MAX_VALUE) {
            throw Validation.refused(field, "is too large");
        }
        return (int) number;
    }

    private static void given(Map<?, ?> fields, String name, Consumer<Object> use) {
        Object value = fields.get(name);
        if (value != null) {
            use.accept(value);
        }
    }

    private static @Nullable Object parse(byte[] json) {
        try {
            return Json.parse(json);
        } catch (JsonException e) {
            throw new LlmException(Kind.INVALID_REQUEST, "body: " + e.getMessage() + "; it must be a JSON object", e);
        }
    }

    private static Map<?, ?> checked(@Nullable Object json, SchemaValidator schema) {
        if (!(json instanceof Map<?, ?> fields)) {
            throw new LlmException(Kind.INVALID_REQUEST, "body: must be a JSON object");
        }
        List<String> problems = schema.problems(json);
        if (!problems.isEmpty()) {
            throw new LlmException(Kind.INVALID_REQUEST, problems.get(0));
        }
        return fields;
    }
}
