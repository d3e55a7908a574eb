package dev.postern.schema;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shape of {@code Object}: any JSON value, unchanged. */
enum AnyShape implements Shape {
    ANY;

    @Override
    public Map<String, Object> schema() {
        return Map.of();
    }

    @Override
    public @Nullable Object read(@Nullable Object json, ValuePath path) {
        return json;
    }
}
