package dev.postern.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A lenient view of a JSON object: a field that is absent, null or of another type is empty. For error bodies, lists of
 * models and other objects whose form differs between servers.
 */
public final class JsonObject {
    private static final JsonObject EMPTY = new JsonObject(Map.of());

    private final Map<?, ?> fields;

    private JsonObject(Map<?, ?> fields) {
        this.fields = fields;
    }

    /** A view of a value that {@link Json#parse} returned; empty if it is not an object. */
    public static JsonObject of(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? new JsonObject(map) : EMPTY;
    }

    /** Whether there are no fields. */
    public boolean isEmpty() {
        return fields.isEmpty();
    }

    /** The names of all fields, in order. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (Object name : fields.keySet()) {
            names.add(String.valueOf(name));
        }
        return Collections.unmodifiableList(names);
    }

    /** Whether the field exists and is not null. */
    public boolean has(String name) {
        return fields.get(name) != null;
    }

    /** The value of a field. */
    public @Nullable Object get(String name) {
        return fields.get(name);
    }

    /** A field that is a string, number or boolean, as text; else empty. */
    public String text(String name) {
        Object value = fields.get(name);
        return value instanceof String || value instanceof Number || value instanceof Boolean ? value.toString() : "";
    }

    /** The whole part of a field that is a number; {@code absent} if it is none, or too large for a long. */
    public long integer(String name, long absent) {
        return fields.get(name) instanceof Number number ? JsonNumbers.whole(number, absent) : absent;
    }

    /** A field that is an object; else an empty one. */
    public JsonObject object(String name) {
        return of(fields.get(name));
    }

    /** The objects of a field that is an array. */
    public List<JsonObject> objects(String name) {
        List<JsonObject> objects = new ArrayList<>();
        if (fields.get(name) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?>) {
                    objects.add(of(element));
                }
            }
        }
        return objects;
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
