package dev.postern;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Immutable copies of JSON-like values. What passes here can be written as JSON, so a request fails where it is built
 * and not where it is sent.
 */
final class JsonValues {
    /** Deeper than any schema in practice, and shallow enough for every server's parser. */
    private static final int MAX_DEPTH = 200;

    /** {@code Map.of} and its kind, whose order changes with each run of the JVM. */
    private static final Class<?> MAP_OF = Map.of().getClass();

    private JsonValues() {}

    /** A deep, immutable copy that keeps the order; {@code path} names the map in errors. */
    static Map<String, @Nullable Object> copyOf(String path, Map<String, ?> map) {
        return map.isEmpty() ? Map.of() : copyMap(path, map, 0);
    }

    /**
     * Keeps the order of the map, or sorts it if its order is chance: the same request must have the same bytes in every
     * run, or the prompt caches of servers miss it.
     */
    private static Map<String, @Nullable Object> copyMap(String path, Map<?, ?> map, int depth) {
        boolean sorted = map.getClass() == MAP_OF || map.getClass() == HashMap.class;
        Map<String, @Nullable Object> copy = sorted ? new TreeMap<>() : new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw invalid(path, "a JSON object needs String keys, not " + typeName(key));
            }
            copy.put(name, copy(path + "." + name, value, depth + 1));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static @Nullable Object copy(String path, @Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw invalid(path, "nested deeper than " + MAX_DEPTH + " levels");
        }
        if (value == null || value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Double || value instanceof Float) {
            return finite(path, (Number) value);
        }
        if (isWhole(value) || value instanceof BigDecimal) {
            return value;
        }
        if (value instanceof Map<?, ?> map) {
            return copyMap(path, map, depth);
        }
        if (value instanceof Collection<?> collection) {
            return copyList(path, collection, depth);
        }
        if (value instanceof Object[] array) {
            return copyList(path, Arrays.asList(array), depth);
        }
        if (value instanceof CharSequence || value instanceof Enum<?>) {
            return value.toString();
        }
        throw invalid(path, typeName(value) + " is no JSON value; use String, Number, Boolean, List or Map");
    }

    private static List<@Nullable Object> copyList(String path, Collection<?> list, int depth) {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        for (Object element : list) {
            copy.add(copy(path + "[" + copy.size() + "]", element, depth + 1));
        }
        return Collections.unmodifiableList(copy);
    }

    /** No other number: some can change, and only their own class knows what they are worth. */
    private static boolean isWhole(Object value) {
        return value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger;
    }

    private static Number finite(String path, Number number) {
        if (!Double.isFinite(number.doubleValue())) {
            throw invalid(path, number + " is no JSON number");
        }
        return number;
    }

    private static String typeName(@Nullable Object value) {
        return value == null ? "null" : value.getClass().getName();
    }

    private static LlmException invalid(String path, String message) {
        return LlmException.invalidRequest(path, message);
    }
}
