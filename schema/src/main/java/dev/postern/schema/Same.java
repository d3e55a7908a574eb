package dev.postern.schema;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which JSON values are the same: to JSON 1, 1.0 and 1e0 are, to Java they are not. */
final class Same {
    private static final int CHARACTERS_PER_STEP = 16;

    private final StringBuilder text = new StringBuilder();
    private final Check check;

    private Same(Check check) {
        this.check = check;
    }

    /**
     * An object or list as text, with sorted names. A hash table keeps keys that can be compared apart even where their hash
     * codes are the same, which for lists is easy to bring about.
     */
    private record Form(String text) implements Comparable<Form> {
        @Override
        public int compareTo(Form other) {
            return text.compareTo(other.text);
        }
    }

    /** A constant for what Java has no object for. */
    private enum Nothing {
        NULL
    }

    /** Equal values have equal keys; null if there is no work left for it, or the value is too deep. */
    static @Nullable Object key(@Nullable Object value, Check check) {
        if (value == null) {
            return Nothing.NULL;
        }
        if (value instanceof Number number) {
            return number(number);
        }
        if (!(value instanceof Map<?, ?>) && !(value instanceof Collection<?>)) {
            return value;
        }
        Same same = new Same(check);
        return same.write(value, 0) ? new Form(same.text.toString()) : null;
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
