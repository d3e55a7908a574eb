package dev.postern.server.door;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An object of a request's body and its path in the form of vendors, such as {@code messages.0.content}. Null counts as absent. */
public final class Body {
    private final String path;
    private final Map<?, ?> values;

    private Body(String path, Map<?, ?> values) {
        this.path = path;
        this.values = values;
    }

    /**
     * Parses a body.
     *
     * @throws LlmException of kind INVALID_REQUEST if it is not a JSON object
     */
    public static Body parse(byte[] json) {
        try {
            return of("body", Json.parse(json)).root();
        } catch (JsonException e) {
            throw invalid("body", "must be a JSON object: " + e.getMessage());
        }
    }

    private Body root() {
        return new Body("", values);
    }

    private static Body of(String path, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return new Body(path, map);
        }
        throw invalid(path, "must be an object");
    }

    private static LlmException invalid(String path, String problem) {
        return LlmException.builder(Kind.INVALID_REQUEST, path + ": " + problem)
                .refusedBeforeSending(true)
                .build();
    }

    /** The path of a field. */
    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** A failure whose message begins with the path of a field. */
    public LlmException wrong(String name, String problem) {
        return invalid(path(name), problem);
    }

    /** Creates an object of the model; a failure gets the path of this object. */
    public <T> T make(Supplier<T> factory) {
        try {
            return factory.get();
        } catch (LlmException e) {
            throw invalid(path, String.valueOf(e.getMessage()));
        }
    }

    /** The names of all fields. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        values.keySet().forEach(name -> names.add(String.valueOf(name)));
        return names;
    }

    /** Whether there is a value. */
    public boolean has(String name) {
        return values.get(name) != null;
    }

    /** The value; null if absent. */
    public @Nullable Object get(String name) {
        return values.get(name);
    }

    /** A string; empty if absent. */
    public String text(String name) {
        Object value = values.get(name);
        if (value == null) {
            return "";
        }
        if (value instanceof String text) {
            return text;
        }
        throw wrong(name, "must be a string");
    }

    /** A number; null if absent. */
    public @Nullable Double number(String name) {
        Object value = values.get(name);
        if (value == null || value instanceof Number) {
            return value == null ? null : ((Number) value).doubleValue();
        }
        throw wrong(name, "must be a number");
    }

    /** A whole number; null if absent. */
    public @Nullable Integer integer(String name) {
        Double value = number(name);
        if (value == null) {
            return null;
        }
        if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
            throw wrong(name, "must be a whole number below 2147483648");
        }
        return value.intValue();
    }

    /** A boolean; false if absent. */
    public boolean isTrue(String name) {
        Object value = values.get(name);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw wrong(name, "must be true or false");
    }

    /** A field that must be there and an object. */
    public Body object(String name) {
        return of(path(name), values.get(name));
    }

    /** The elements of an array; none if absent. */
    public List<?> list(String name) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(name, "must be a list");
    }

    /** The elements of an array of objects; none if absent. */
    public List<Body> objects(String name) {
        List<Body> objects = new ArrayList<>();
        for (Object element : list(name)) {
            objects.add(of(path(name) + "." + objects.size(), element));
        }
        return objects;
    }

    /** The elements of an array of strings; none if absent. */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Object element : list(name)) {
            if (!(element instanceof String text)) {
                throw wrong(name + "." + texts.size(), "must be a string");
            }
            texts.add(text);
        }
        return texts;
    }

    /** An object as a map; empty if absent. */
    @SuppressWarnings("unchecked") // the names of JSON objects are strings
    public Map<String, @Nullable Object> map(String name) {
        return has(name) ? (Map<String, @Nullable Object>) object(name).values : Map.of();
    }
}
