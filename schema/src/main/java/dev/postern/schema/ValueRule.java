package dev.postern.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code enum} and {@code const}: one of some values.
 *
 * @param allowed the keys of the values
 * @param containers whether an object or list is among them
 * @param wanted what a problem says must be there
 */
record ValueRule(Set<Object> allowed, boolean containers, String wanted) implements Rule {
    private static final int MOST_SHOWN = 20;

    static Rule of(List<?> values) {
        Check check = new Check(values);
        Set<Object> allowed = new HashSet<>();
        List<String> shown = new ArrayList<>();
        boolean containers = false;
        for (Object value : values) {
            Object key = Same.key(value, check);
            if (key == null) {
                return UncheckedRule.UNKNOWN; // too deep
            }
            allowed.add(key);
            containers |= isContainer(value);
            if (shown.size() < MOST_SHOWN) {
                shown.add(value instanceof String text ? Place.quoted(text) : Place.kind(value));
            }
        }
        String more = values.size() > MOST_SHOWN ? " and " + (values.size() - MOST_SHOWN) + " others" : "";
        return new ValueRule(
                Set.copyOf(allowed),
                containers,
                (values.size() == 1 ? "" : "one of ") + String.join(", ", shown) + more);
    }

    private static boolean isContainer(@Nullable Object value) {
        return value instanceof Map<?, ?> || value instanceof Collection<?>;
    }

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        if (containers || !isContainer(value)) {
            Object key = Same.key(value, check);
            if (key == null || allowed.contains(key)) {
                return;
            }
        }
        if (value instanceof String text) {
            place.wrongText(wanted, text);
        } else {
            place.misfit(wanted, value);
        }
    }
}
