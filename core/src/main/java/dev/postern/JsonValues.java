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
 * Immutable copies of JSON values. A copied value can be written as JSON, so an invalid request fails when it is built
 * and not when it is sent.
 */
final class JsonValues {
    /** Deeper than any schema in practice, and shallow enough for every server's parser. */
    private static final int MAX_DEPTH = 200;

    /** {@code Map.of} and its kind, whose order changes with each run of the JVM. */
    private static final Class<?> MAP_OF = Map.of().getClass();

    /**
     * A list that contains another list twice, which contains another list twice, and so on, is small, but its copy is
     * huge.
     */
    private static final int MAX_VALUES = 5_000_000;

    private static final int LONGEST_NAME = 60;
    /** Of a longer path the beginning and the end are shown. */
    private static final int LONGEST_PATH = 400;

    private int values;

    private JsonValues() {}

    /** A value that is not JSON. Its path is collected while the exception is thrown, because this is rare. */
    private static final class Unfit extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final StringBuilder path = new StringBuilder();

        Unfit(String problem) {
            super(problem, null, false, false);
        }

        Unfit below(String step) {
            path.insert(0, step);
            return this;
        }

        LlmException at(String root) {
            String all = root + path;
            int length = all.length();
            String shown = length <= LONGEST_PATH
                    ? all
                    : all.substring(0, LONGEST_PATH / 2) + "…" + all.substring(length - LONGEST_PATH / 2);
            return LlmException.invalidRequest(shown, String.valueOf(getMessage()));
        }
    }

    /** A deep, immutable copy that keeps the order; {@code path} names the map in errors. */
    static Map<String, @Nullable Object> copyOf(String path, Map<String, ?> map) {
        if (map.isEmpty()) {
            return Map.of();
        }
        try {
            return new JsonValues().copyMap(map, 0);
        } catch (Unfit e) {
            throw e.at(path);
        }
    }

    /**
     * Keeps the order of the map, or sorts it if its order is chance: the same request must have the same bytes in
     * every run, or the prompt caches of servers miss it.
     */
    private Map<String, @Nullable Object> copyMap(Map<?, ?> map, int depth) {
        boolean sorted = map.getClass() == MAP_OF || map.getClass() == HashMap.class;
        Map<String, @Nullable Object> copy = sorted ? new TreeMap<>() : new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String name)) {
                throw new Unfit("a JSON object needs String keys, not " + typeName(entry.getKey()));
            }
            try {
                copy.put(name, copy(entry.getValue(), depth + 1));
            } catch (Unfit e) {
                throw e.below("." + (name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…"));
            }
        }
        return copy.isEmpty() ? Collections.emptyMap() : Collections.unmodifiableMap(copy);
    }

    private @Nullable Object copy(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new Unfit("nested deeper than " + MAX_DEPTH + " levels");
        }
        if (++values > MAX_VALUES) {
            throw new Unfit("more than " + MAX_VALUES + " values");
        }
        if (value == null || value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Double || value instanceof Float) {
            return finite((Number) value);
        }
        if (isWhole(value) || value instanceof BigDecimal) {
            return value;
        }
        if (value instanceof Map<?, ?> map) {
            return copyMap(map, depth);
        }
        if (value instanceof Collection<?> collection) {
            return copyList(collection, depth);
        }
        if (value instanceof Object[] array) {
            return copyList(Arrays.asList(array), depth);
        }
        if (value instanceof CharSequence || value instanceof Enum<?>) {
            return value.toString();
        }
        throw new Unfit(typeName(value) + " is not a JSON value; use String, Number, Boolean, List or Map");
    }

    private List<@Nullable Object> copyList(Collection<?> list, int depth) {
        if (list.isEmpty()) {
            return Collections.emptyList();
        }
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        for (Object element : list) {
            try {
                copy.add(copy(element, depth + 1));
            } catch (Unfit e) {
                throw e.below("[" + copy.size() + "]");
            }
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

    private static Number finite(Number number) {
        if (!Double.isFinite(number.doubleValue())) {
            throw new Unfit(number + " is not a JSON number");
        }
        return number;
    }

    private static String typeName(@Nullable Object value) {
        return value == null ? "null" : value.getClass().getName();
    }
}
