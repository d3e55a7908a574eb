package dev.postern.wire;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object and its path. A field of the wrong type is an exception that names the path. Null counts as absent.
 */
final class Fields {
    private final String path;
    private final Map<?, ?> values;

    private Fields(String path, Map<?, ?> values) {
        this.path = path;
        this.values = values;
    }

    /** Wraps the value at this path, which must be an object. */
    static Fields of(String path, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return new Fields(path, map);
        }
        throw invalid(path.isEmpty() ? "body" : path, "must be an object");
    }

    static LlmException invalid(String path, String problem) {
        return LlmException.builder(Kind.INVALID_REQUEST, path + ": " + problem)
                .refusedBeforeSending(true)
                .build();
    }

    /**
     * Creates an object of the model, whose own errors begin with a short path, such as {@code tools.name}. In such an error,
     * {@code root} is replaced by the full path. Read the fields before, because their errors have the full path already.
     */
    static <T> T at(String path, String root, Supplier<T> factory) {
        try {
            return factory.get();
        } catch (LlmException e) {
            String message = String.valueOf(e.getMessage());
            int colon = message.indexOf(": ");
            if (e.kind() != Kind.INVALID_REQUEST || colon < 0) {
                throw e;
            }
            String head = message.substring(0, colon);
            boolean below = head.startsWith(root + ".") || head.startsWith(root + "[");
            String full = head.equals(root) || root.isEmpty()
                    ? path
                    : path + (below ? head.substring(root.length()) : "." + head);
            throw invalid(full, message.substring(colon + 2));
        }
    }

    /** The path of the object. */
    String path() {
        return path;
    }

    /** The path of a field. */
    String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    LlmException wrong(String name, String problem) {
        return invalid(path(name), problem);
    }

    boolean has(String name) {
        return values.get(name) != null;
    }

    /** Whether the object has these fields and no others. */
    boolean hasOnly(String... names) {
        return values.size() == names.length && List.of(names).stream().allMatch(this::has);
    }

    @Nullable
    Object get(String name) {
        return values.get(name);
    }

    /** Returns a string; empty if absent. */
    String text(String name) {
        Object value = values.get(name);
        if (value == null) {
            return "";
        }
        if (value instanceof String text) {
            return text;
        }
        throw wrong(name, "must be a string");
    }

    /** Returns the first of these fields that is a string and not empty; empty if there is none. */
    String firstText(String... names) {
        for (String name : names) {
            String text = text(name);
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    @Nullable
    Double number(String name) {
        Object value = values.get(name);
        if (value == null || value instanceof Number) {
            return value == null ? null : ((Number) value).doubleValue();
        }
        throw wrong(name, "must be a number");
    }

    /** Returns a whole number, which may have a fraction of zero. */
    @Nullable
    Long whole(String name) {
        Double value = number(name);
        if (value == null) {
            return null;
        }
        Object exact = values.get(name);
        if (value != Math.rint(value) || (exact instanceof BigDecimal digits && !isWhole(digits))) {
            throw wrong(name, "must be a whole number");
        }
        if (exact instanceof BigInteger || Math.abs(value) > 0x1p63 || !(exact instanceof Number number)) {
            throw wrong(name, "is too large");
        }
        return number.longValue();
    }

    /** Whether a number with more digits than a double is whole. */
    private static boolean isWhole(BigDecimal digits) {
        return digits.scale() <= 0 || digits.stripTrailingZeros().scale() <= 0;
    }

    @Nullable
    Integer integer(String name) {
        Long value = whole(name);
        if (value != null && value.intValue() != value) {
            throw wrong(name, "is too large");
        }
        return value == null ? null : value.intValue();
    }

    @Nullable
    Boolean bool(String name) {
        Object value = values.get(name);
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        throw wrong(name, "must be true or false");
    }

    boolean isTrue(String name) {
        return Boolean.TRUE.equals(bool(name));
    }

    /** An object as a map; empty if absent. */
    Map<String, @Nullable Object> map(String name) {
        return has(name) ? object(name).asMap() : Map.of();
    }

    /** An object whose values are strings; empty if absent. */
    Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (has(name)) {
            Fields object = object(name);
            object.values.keySet().forEach(key -> texts.put(String.valueOf(key), object.text(String.valueOf(key))));
        }
        return texts;
    }

    /** A field that must be there and an object. */
    Fields object(String name) {
        return of(path(name), values.get(name));
    }

    /** The elements of an array; none if absent. */
    List<?> list(String name) {
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
    List<Fields> objects(String name) {
        List<Fields> objects = new ArrayList<>();
        for (Object element : list(name)) {
            objects.add(of(path(name) + "[" + objects.size() + "]", element));
        }
        return objects;
    }

    /** All fields. */
    Map<String, @Nullable Object> asMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        values.forEach((name, value) -> map.put(String.valueOf(name), value));
        return map;
    }
}
