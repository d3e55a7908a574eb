package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code enum} and {@code const}: one of some values. */
final class ValueRule implements Rule {
    private static final int MOST_SHOWN = 20;

    private final List<@Nullable Object> allowed = new ArrayList<>();
    private final String wanted;

    ValueRule(List<?> values) {
        List<String> shown = new ArrayList<>();
        for (Object value : values) {
            allowed.add(Same.canonical(value));
            if (shown.size() < MOST_SHOWN) {
                shown.add(value instanceof String text ? Place.quoted(text) : Place.kind(value));
            }
        }
        String more = values.size() > MOST_SHOWN ? " and " + (values.size() - MOST_SHOWN) + " others" : "";
        wanted = (values.size() == 1 ? "" : "one of ") + String.join(", ", shown) + more;
    }

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        if (allowed.contains(Same.canonical(value))) {
            return;
        }
        if (value instanceof String text) {
            place.wrongText(wanted, text);
        } else {
            place.misfit(wanted, value);
        }
    }
}
