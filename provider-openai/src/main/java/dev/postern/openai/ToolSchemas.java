package dev.postern.openai;

import dev.postern.openai.RequestRules.ObjectSchemas;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The schema of a tool's arguments in the form that a server accepts: see {@link RequestRules.ObjectSchemas}. */
final class ToolSchemas {
    private static final Set<String> ONE =
            Set.of("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames");
    private static final Set<String> SEVERAL = Set.of("anyOf", "oneOf", "allOf", "prefixItems");
    private static final Set<String> NAMED =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

    private final ObjectSchemas form;

    ToolSchemas(ObjectSchemas form) {
        this.form = form;
    }

    @Nullable
    Object adapted(@Nullable Object schema) {
        if (form == ObjectSchemas.AS_GIVEN || !(schema instanceof Map<?, ?> map)) {
            return schema;
        }
        Map<Object, @Nullable Object> adapted = new LinkedHashMap<>();
        map.forEach((keyword, value) -> adapted.put(keyword, below(String.valueOf(keyword), value)));
        if (isObject(map.get("type"))) {
            if (form == ObjectSchemas.WITH_PROPERTIES) {
                adapted.putIfAbsent("properties", Map.of());
            } else if (isEmpty(map.get("properties"))) {
                adapted.remove("properties");
                if (isEmpty(map.get("required"))) {
                    adapted.remove("required");
                }
            }
        }
        return adapted;
    }

    /** Only what stands in the place of a schema is one: a property may itself be named "type" or "properties". */
    private @Nullable Object below(String keyword, @Nullable Object value) {
        if (ONE.contains(keyword) && value instanceof Map) {
            return adapted(value);
        }
        if ((SEVERAL.contains(keyword) || keyword.equals("items")) && value instanceof List<?> list) {
            return list.stream().map(this::adapted).toList();
        }
        if (NAMED.contains(keyword) && value instanceof Map<?, ?> schemas) {
            Map<Object, @Nullable Object> adapted = new LinkedHashMap<>();
            schemas.forEach((name, schema) -> adapted.put(name, adapted(schema)));
            return adapted;
        }
        return value;
    }

    private static boolean isObject(@Nullable Object type) {
        return "object".equals(type) || (type instanceof Collection<?> types && types.contains("object"));
    }

    private static boolean isEmpty(@Nullable Object value) {
        return (value instanceof Map<?, ?> map && map.isEmpty()) || (value instanceof List<?> list && list.isEmpty());
    }
}
