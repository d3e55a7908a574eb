package dev.postern.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a map with string keys.
 *
 * @param value the shape of its values
 */
record MapShape(Shape value) implements Shape {

    @Override
    public Map<String, Object> schema() {
        if (value == AnyShape.ANY) {
            return Map.of("type", "object");
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("additionalProperties", value.schema());
        return Collections.unmodifiableMap(schema);
    }

    @Override
    public @Nullable Object read(@Nullable Object json, ValuePath path) {
        if (!(QuotedJson.unquoted(json, '{') instanceof Map<?, ?> map)) {
            path.mismatch("an object", json);
            return null;
        }
        int before = path.problems().count();
        Map<String, @Nullable Object> read = new LinkedHashMap<>();
        map.forEach((key, field) -> {
            String name = String.valueOf(key);
            read.put(name, value.read(field, path.property(name)));
        });
        return path.problems().count() > before ? null : Collections.unmodifiableMap(read);
    }
}
