package dev.postern.schema;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Equality of JSON values: in JSON, 1, 1.0 and 1e0 are equal, but not in Java. */
final class JsonEquality {
    private static final int CHARACTERS_PER_STEP = 16;

    private final StringBuilder text = new StringBuilder();
    private final CheckContext check;

    private JsonEquality(CheckContext check) {
        this.check = check;
    }

    /**
     * The canonical text of an object or list, with sorted names. It is comparable, so that a hash table stays fast with
     * equal hash codes, which an attacker can easily produce with lists.
     */
    private record CanonicalForm(String text) implements Comparable<CanonicalForm> {
        @Override
        public int compareTo(CanonicalForm other) {
            return text.compareTo(other.text);
        }
    }

    /** The key of null. */
    private enum NullKey {
        NULL
    }

    /** The key of a value; equal values have equal keys. Null if the budget is spent or the value is too deep. */
    static @Nullable Object key(@Nullable Object value, CheckContext check) {
        if (value == null) {
            return NullKey.NULL;
        }
        if (value instanceof Number number) {
            return number(number);
        }
        if (!(value instanceof Map<?, ?>) && !(value instanceof Collection<?>)) {
            return value;
        }
        JsonEquality same = new JsonEquality(check);
        return same.write(value, 0) ? new CanonicalForm(same.text.toString()) : null;
    }

    private static Object number(Number number) {
        BigDecimal exact = Numbers.exact(number);
        return exact == null ? number : exact.signum() == 0 ? BigDecimal.ZERO : exact.stripTrailingZeros();
    }

    private boolean write(@Nullable Object value, int depth) {
        if (check.isTooDeep(depth)) {
            return false;
        }
        int before = text.length();
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> sorted = new TreeMap<>();
            map.forEach((name, field) -> sorted.put(String.valueOf(name), field));
            text.append('{');
            for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
                if (!write(entry.getKey(), depth + 1) || !write(entry.getValue(), depth + 1)) {
                    return false;
                }
            }
            text.append('}');
        } else if (value instanceof Collection<?> list) {
            text.append('[');
            for (Object element : list) {
                if (!write(element, depth + 1)) {
                    return false;
                }
            }
            text.append(']');
        } else if (value instanceof String string) {
            text.append('"').append(string.length()).append(':').append(string);
        } else {
            text.append(value instanceof Number number ? number(number) : value).append(';');
        }
        return check.spend(2L + (text.length() - before) / CHARACTERS_PER_STEP);
    }
}
