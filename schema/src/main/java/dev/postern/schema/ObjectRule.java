package dev.postern.schema;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keywords for objects.
 *
 * @param properties the schemas of properties by name
 * @param patterns the schemas of properties by pattern
 * @param others the requirement for all other properties
 * @param required the names of the required properties
 * @param minimum the minimum number of properties
 * @param maximum the maximum number of properties
 */
record ObjectRule(
        Map<String, SchemaNode> properties,
        List<Named> patterns,
        Others others,
        List<String> required,
        long minimum,
        long maximum)
        implements Rule {

    /** An entry of {@code patternProperties}; the pattern is null if it is unsupported. */
    record Named(@Nullable TextPattern pattern, SchemaNode schema) {

        /** Whether the pattern matches the name; unknown if this was not checked. */
        Validity matches(String name, CheckContext check) {
            if (pattern == null) {
                return Validity.UNKNOWN;
            }
            return switch (pattern.find(name, check)) {
                case FOUND -> Validity.VALID;
                case ABSENT -> Validity.INVALID;
                case UNCHECKED -> Validity.UNKNOWN;
            };
        }
    }

    /**
     * {@code additionalProperties}.
     *
     * @param schema the schema; null if the keyword is a boolean or absent
     * @param forbidden whether other properties are forbidden
     * @param present whether the keyword is present
     */
    record Others(@Nullable SchemaNode schema, boolean forbidden, boolean present) {
        void check(@Nullable Object value, CheckContext check, ValuePath path) {
            if (forbidden) {
                path.problem("is not a property of this object");
            } else if (schema != null) {
                schema.check(value, check, path);
            }
        }
    }

    /** Whether the rule accepts all values. */
    boolean isEmpty() {
        return properties.isEmpty()
                && patterns.isEmpty()
                && !others.present()
                && required.isEmpty()
                && minimum == 0
                && maximum == Long.MAX_VALUE;
    }

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        if (!(value instanceof Map<?, ?> map) || !check.spend(required.size())) {
            return;
        }
        for (String name : required) {
            if (!map.containsKey(name)) {
                path.property(name).problem("is missing");
            }
        }
        if (map.size() < minimum) {
            path.problem("must have at least " + minimum + " properties, but has " + map.size());
        }
        Evaluated evaluated = check.evaluated();
        if (map.size() > maximum) {
            path.problem("must have at most " + maximum + " properties, but has " + map.size());
            if (evaluated != null) {
                evaluated.unknown();
            }
            return;
        }
        if (evaluated != null && others.present()) {
            evaluated.all();
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) { // no lambda, to use less stack for each level of a value
            property(String.valueOf(entry.getKey()), entry.getValue(), check, path);
        }
    }

    private void property(String name, @Nullable Object value, CheckContext check, ValuePath path) {
        if (!check.spend(1L + patterns.size())) {
            return;
        }
        ValuePath here = path.property(name);
        SchemaNode named = properties.get(name);
        boolean known = named != null;
        if (named != null) {
            named.check(value, check, here);
        }
        boolean possiblyKnown = false;
        for (Named pattern : patterns) {
            switch (pattern.matches(name, check)) {
                case VALID -> {
                    known = true;
                    pattern.schema().check(value, check, here);
                }
                case UNKNOWN -> possiblyKnown = true;
                case INVALID -> {}
            }
        }
        Evaluated evaluated = check.evaluated();
        if (evaluated != null && (known || possiblyKnown)) {
            evaluated.name(name, known);
        }
        if (possiblyKnown) {
            check.unchecked();
        } else if (!known) {
            others.check(value, check, here);
        }
    }
}
