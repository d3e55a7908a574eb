package dev.postern.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a type that is a JSON string, number or boolean.
 *
 * @param type the type in the schema
 * @param format the format in the schema, or empty
 * @param hint the description in the schema, or empty
 * @param expected the expected value, for problems
 * @param reader converts a JSON value; returns null or throws if the value is invalid
 */
record Scalar(String type, String format, String hint, String expected, Function<Object, @Nullable Object> reader)
        implements Shape {

    Scalar(String type, String expected, Function<Object, @Nullable Object> reader) {
        this(type, "", "", expected, reader);
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", type);
        if (!hint.isEmpty()) {
            schema.put("description", hint);
        }
        if (!format.isEmpty()) {
            schema.put("format", format);
        }
        return Collections.unmodifiableMap(schema);
    }

    @Override
    public @Nullable Object read(@Nullable Object json, ValuePath path) {
        Object value = json == null ? null : tried(json);
        if (value == null) {
            if (json instanceof String text && type.equals("string")) {
                path.invalidText(expected, text);
            } else {
                path.mismatch(expected, json);
            }
        }
        return value;
    }

    private @Nullable Object tried(Object json) {
        try {
            return reader.apply(json);
        } catch (RuntimeException e) { // thrown by parsers of the JDK and by exact arithmetic
            return null;
        }
    }
}
