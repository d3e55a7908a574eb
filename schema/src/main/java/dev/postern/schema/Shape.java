package dev.postern.schema;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of a Java type: its schema, and the reader of its values. */
interface Shape {

    /** The JSON Schema, in a fixed order. */
    Map<String, Object> schema();

    /**
     * A requirement without a keyword, in words; it is added to the description of a component. Empty if there is
     * none.
     */
    default String hint() {
        return "";
    }

    /** Reads a value; null after a reported problem, or if null is valid. */
    @Nullable
    Object read(@Nullable Object json, ValuePath path);
}
