package dev.postern.schema;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an object must be like.
 *
 * @param properties the schemas of those that are named
 * @param patterns the schemas of those whose name matches
 * @param others what is said of all other properties
 * @param required the names that must be there
 * @param least the fewest properties
 * @param most the most of them
 */
record ObjectRule(
        Map<String, SchemaNode> properties,
        List<Named> patterns,
        Others others,
        List<String> required,
        long least,
        long most)
        implements Rule {

    /** Properties by the pattern of their name; one that is not checked may mean any. */
    record Named(@Nullable TextPattern pattern, SchemaNode schema) {

        /** Whether the pattern means the name; unknown if that is not checked. */
        Fit means(String name, Check check) {
            if (pattern == null) {
                return Fit.UNKNOWN;
            }
            return switch (pattern.find(name, check)) {
                case FOUND -> Fit.YES;
                case ABSENT -> Fit.NO;
                case UNCHECKED -> Fit.UNKNOWN;
            };
        }
    }

    /**
     * {@code additionalProperties}.
     *
     * @param schema what they must be; null where they are allowed, or forbidden
     * @param forbidden whether there must be none
     * @param said whether the keyword is there at all
     */
    record Others(@Nullable SchemaNode schema, boolean forbidden, boolean said) {
        void check(@Nullable Object value, Check check, Place place) {
            if (forbidden) {
                place.problem("is no property of this object");
            } else if (schema != null) {
                schema.check(value, check, place);
            }
        }
    }

    /** Whether it demands nothing. */
    boolean isEmpty() {
        return properties.isEmpty()
                && patterns.isEmpty()
                && !others.said()
                && required.isEmpty()
                && least == 0
                && most == Long.MAX_VALUE;
    }

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        if (!(value instanceof Map<?, ?> map) || !check.spend(required.size())) {
            return;
        }
        for (String name : required) {
            if (!map.containsKey(name)) {
                place.property(name).problem("is missing");
            }
        }
        if (map.size() < least) {
            place.problem("must have at least " + least + " properties, but has " + map.size());
        }
        Evaluated evaluated = check.evaluated();
        if (map.size() > most) {
            place.problem("must have at most " + most + " properties, but has " + map.size());
            if (evaluated != null) {
                evaluated.unknown();
            }
            return;
        }
        if (evaluated != null && others.said()) {
            evaluated.all();
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) { // no lambda: each level of a value costs stack
            property(String.valueOf(entry.getKey()), entry.getValue(), check, place);
        }
    }

    private void property(String name, @Nullable Object value, Check check, Place place) {
        if (!check.spend(1L + patterns.size())) {
            return;
        }
        Place here = place.property(name);
        SchemaNode named = properties.get(name);
        boolean known = named != null;
        if (named != null) {
            named.check(value, check, here);
        }
        boolean perhapsKnown = false;
        for (Named pattern : patterns) {
            switch (pattern.means(name, check)) {
                case YES -> {
                    known = true;
                    pattern.schema().check(value, check, here);
                }
                case UNKNOWN -> perhapsKnown = true;
                case NO -> {}
            }
        }
        Evaluated evaluated = check.evaluated();
        if (evaluated != null && (known || perhapsKnown)) {
            evaluated.name(name, known);
        }
        if (perhapsKnown) {
            check.unchecked();
        } else if (!known) {
            others.check(value, check, here);
        }
    }
}
