package dev.postern.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Converts the schema of a record to the strict form that backends require for enforcement: all properties are required,
 * optional ones are nullable, and all values have a type.
 */
final class StrictSchema {
    private StrictSchema() {}

    /** The strict schema; null if a backend cannot enforce it: it has a map, an untyped value, or a refused format. */
    static @Nullable Map<String, @Nullable Object> of(Map<?, ?> schema) {
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            return object(schema, properties);
        }
        if (schema.get("items") instanceof Map<?, ?> items) {
            Map<String, @Nullable Object> element = of(items);
            return element == null ? null : with(schema, "items", element);
        }
        boolean scalar = schema.get("type") instanceof String type && !type.equals("object");
        return scalar && !"uri".equals(schema.get("format")) ? with(schema, "type", schema.get("type")) : null;
    }

    private static @Nullable Map<String, @Nullable Object> object(Map<?, ?> schema, Map<?, ?> properties) {
        Object required = schema.get("required");
        Map<String, @Nullable Object> strict = new LinkedHashMap<>();
        for (Map.Entry<?, ?> property : properties.entrySet()) {
            Map<String, @Nullable Object> inner = property.getValue() instanceof Map<?, ?> map ? of(map) : null;
            if (inner == null) {
                return null;
            }
            boolean present = required instanceof Collection<?> names && names.contains(property.getKey());
            strict.put(String.valueOf(property.getKey()), present ? inner : nullable(inner));
        }
        Map<String, @Nullable Object> object = with(schema, "properties", Collections.unmodifiableMap(strict));
        return strict.isEmpty() ? object : with(object, "required", List.copyOf(strict.keySet()));
    }

    private static Map<String, @Nullable Object> nullable(Map<String, @Nullable Object> schema) {
        Map<String, @Nullable Object> nullable =
                with(schema, "type", List.of(String.valueOf(schema.get("type")), "null"));
        if (!(schema.get("enum") instanceof Collection<?> values)) {
            return nullable;
        }
        List<@Nullable Object> more = new ArrayList<>(values);
        more.add(null);
        return with(nullable, "enum", Collections.unmodifiableList(more));
    }

    /** A copy in the same order with a new value of one keyword. */
    private static Map<String, @Nullable Object> with(Map<?, ?> schema, String keyword, @Nullable Object value) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        schema.forEach((name, old) -> copy.put(String.valueOf(name), old));
        copy.put(keyword, value);
        return Collections.unmodifiableMap(copy);
    }
}
