package dev.postern.openai;

import dev.postern.openai.RequestRules.ObjectSchemas;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the schema of a tool's arguments into the form that the server accepts: see
 * {@link RequestRules.ObjectSchemas}.
 */
final class ToolSchemas {
    /** Keywords whose value is a schema. */
    private static final Set<String> ONE =
            Set.of("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames");
    /** Keywords whose value is a list of schemas. */
    private static final Set<String> SEVERAL = Set.of("anyOf", "oneOf", "allOf", "prefixItems");
    /** Keywords whose value is a map of schemas by name. */
    private static final Set<String> NAMED =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

    /** Keywords that define the type of a schema, or may define it. */
    private static final Set<String> TYPE_KEYWORDS = Set.of("type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const");

    private final ObjectSchemas form;

    ToolSchemas(ObjectSchemas form) {
        this.form = form;
    }

    /**
     * Returns the schema of a tool's arguments. Servers that require properties also require {@code "type": "object"}.
     */
    @Nullable
    Object ofArguments(Map<String, @Nullable Object> schema) {
        boolean untyped =
                form == ObjectSchemas.WITH_PROPERTIES && TYPE_KEYWORDS.stream().noneMatch(schema::containsKey);
        if (!untyped) {
            return adapted(schema);
        }
        Map<String, @Nullable Object> typed = new LinkedHashMap<>();
        typed.put("type", "object");
        typed.putAll(schema);
        return adapted(typed);
    }

    /** Returns the same object if nothing has to change, which is the usual case. */
    private @Nullable Object adapted(@Nullable Object schema) {
        if (form == ObjectSchemas.AS_GIVEN || !(schema instanceof Map<?, ?> map)) {
            return schema;
        }
        Map<?, ?> below = changed(map, this::below);
        if (!isObject(map.get("type"))) {
            return below;
        }
        if (form == ObjectSchemas.WITH_PROPERTIES) {
            return map.containsKey("properties") ? below : with(below, "properties", Map.of());
        }
        if (!isEmpty(map.get("properties"))) {
            return below;
        }
        Map<Object, @Nullable Object> without = new LinkedHashMap<>(below);
        without.remove("properties");
        if (isEmpty(map.get("required"))) {
            without.remove("required");
        }
        return without;
    }

    /**
     * Adapts the schemas below a keyword. Other values stay: a property may itself have the name "type" or
     * "properties".
     */
    private @Nullable Object below(String keyword, @Nullable Object value) {
        if (ONE.contains(keyword) && value instanceof Map) {
            return adapted(value);
        }
        if ((SEVERAL.contains(keyword) || keyword.equals("items")) && value instanceof List<?> list) {
            List<@Nullable Object> adapted = new ArrayList<>();
            list.forEach(schema -> adapted.add(adapted(schema)));
            return adapted;
        }
        if (NAMED.contains(keyword) && value instanceof Map<?, ?> schemas) {
            return changed(schemas, (name, schema) -> adapted(schema));
        }
        return value;
    }

    private static Map<?, ?> changed(Map<?, ?> map, BiFunction<String, @Nullable Object, @Nullable Object> change) {
        Map<?, ?> changed = map;
        for (Map.Entry<?, ?> field : map.entrySet()) {
            Object value = change.apply(String.valueOf(field.getKey()), field.getValue());
            if (value != field.getValue()) {
                changed = with(changed, field.getKey(), value);
            }
        }
        return changed;
    }

    private static Map<?, ?> with(Map<?, ?> map, Object key, @Nullable Object value) {
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>(map);
        copy.put(key, value);
        return copy;
    }

    private static boolean isObject(@Nullable Object type) {
        return "object".equals(type) || (type instanceof Collection<?> types && types.contains("object"));
    }

    private static boolean isEmpty(@Nullable Object value) {
        return (value instanceof Map<?, ?> map && map.isEmpty()) || (value instanceof List<?> list && list.isEmpty());
    }
}
