package dev.postern.schema;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code Object}: any JSON value, as it is. */
enum AnyShape implements Shape {
    ANY;

    @Override
    public Map<String, Object> schema() {
        return Map.of();
    }

    @Override
    public @Nullable Object read(@Nullable Object json, Place place) {
        return json;
    }
}
