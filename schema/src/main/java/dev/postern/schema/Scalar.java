package dev.postern.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A type that is one JSON string, number or boolean.
 *
 * @param type the schema's type
 * @param format the schema's format, or empty
 * @param hint the schema's description, or empty
 * @param wanted what a problem says must be there
 * @param reader makes the value of a JSON value; null or an exception for what does not fit
 */
record Scalar(String type, String format, String hint, String wanted, Function<Object, @Nullable Object> reader)
        implements Shape {

    Scalar(String type, String wanted, Function<Object, @Nullable Object> reader) {
        this(type, "", "", wanted, reader);
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
    public @Nullable Object read(@Nullable Object json, Place place) {
        Object value = json == null ? null : tried(json);
        if (value == null) {
            if (json instanceof String text && type.equals("string")) {
                place.wrongText(wanted, text);
            } else {
                place.misfit(wanted, json);
            }
        }
        return value;
    }

    private @Nullable Object tried(Object json) {
        try {
            return reader.apply(json);
        } catch (RuntimeException e) { // of the JDK's parsers and of exact arithmetic
            return null;
        }
    }
}
