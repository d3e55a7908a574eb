package dev.postern.schema;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an object must be like.
 *
 * @param properties the schemas of those that are named
 * @param patterns the schemas of those whose name matches; a null pattern is one that is not checked
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
        boolean means(String name) {
            return pattern == null || pattern.find(name) == TextPattern.Outcome.FOUND;
        }
    }

    /**
     * {@code additionalProperties}.
     *
     * @param given whether the schema says anything of them
     * @param schema what they must be; null where they are allowed, or forbidden
     * @param forbidden whether there must be none
     */
    record Others(boolean given, @Nullable SchemaNode schema, boolean forbidden) {}

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        if (!(value instanceof Map<?, ?> map)) {
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
        if (map.size() > most) {
            place.problem("must have at most " + most + " properties, but has " + map.size());
            return;
        }
        map.forEach((key, field) -> property(String.valueOf(key), field, check, place));
    }

    private void property(String name, @Nullable Object value, Check check, Place place) {
        Place here = place.property(name);
        SchemaNode named = properties.get(name);
        boolean known = named != null;
        if (named != null) {
            named.check(value, check, here);
        }
        for (Named pattern : patterns) {
            if (pattern.means(name)) {
                known = true;
                if (pattern.pattern() != null) {
                    pattern.schema().check(value, check, here);
                }
            }
        }
        if (!known && others.forbidden()) {
            here.problem("is no property of this object");
        } else if (!known && others.schema() != null) {
            others.schema().check(value, check, here);
        }
    }
}
