package dev.postern.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code enum} and {@code const}.
 *
 * @param allowed the keys of the allowed values
 * @param containers whether an allowed value is an object or list
 * @param expected the allowed values, for problems
 */
record ValueRule(Set<Object> allowed, boolean containers, String expected) implements Rule {
    private static final int MAX_SHOWN = 20;

    static Rule of(List<?> values) {
        CheckContext check = new CheckContext(values);
        Set<Object> allowed = new HashSet<>();
        List<String> shown = new ArrayList<>();
        boolean containers = false;
        for (Object value : values) {
            Object key = JsonEquality.key(value, check);
            if (key == null) {
                return UncheckedRule.UNKNOWN; // too deep
            }
            allowed.add(key);
            containers |= isContainer(value);
            if (shown.size() < MAX_SHOWN) {
                shown.add(value instanceof String text ? ValuePath.quoted(text) : ValuePath.kind(value));
            }
        }
        String more = values.size() > MAX_SHOWN ? " and " + (values.size() - MAX_SHOWN) + " others" : "";
        return new ValueRule(
                Set.copyOf(allowed),
                containers,
                (values.size() == 1 ? "" : "one of ") + String.join(", ", shown) + more);
    }

    private static boolean isContainer(@Nullable Object value) {
        return value instanceof Map<?, ?> || value instanceof Collection<?>;
    }

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        if (containers || !isContainer(value)) {
            Object key = JsonEquality.key(value, check);
            if (key == null || allowed.contains(key)) {
                return;
            }
        }
        if (value instanceof String text) {
            path.invalidText(expected, text);
        } else {
            path.mismatch(expected, value);
        }
    }
}
