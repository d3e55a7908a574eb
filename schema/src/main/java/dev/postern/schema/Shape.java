package dev.postern.schema;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a Java type looks like as JSON, and how a value of it is read. */
interface Shape {

    /** Its JSON Schema, in a fixed order. */
    Map<String, Object> schema();

    /** What the schema has no keyword for, said in its description; it is added to that of a component. Empty if nothing. */
    default String hint() {
        return "";
    }

    /** The value; null after a problem was noted, or where null fits. */
    @Nullable
    Object read(@Nullable Object json, Place place);
}
