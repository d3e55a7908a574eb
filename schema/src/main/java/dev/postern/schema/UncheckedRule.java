package dev.postern.schema;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keywords that are not checked, because they are not known here or lead to another document. A value that they are about
 * fits as far as is known, which under {@code not} and {@code oneOf} is not the same as that it fits.
 *
 * @param about the kinds of values that the keywords are about
 * @param names properties of an object that they name themselves
 * @param parts the schemas in them that are about the same object
 * @param anything whether they may name any property
 */
record UncheckedRule(Set<About> about, Set<String> names, List<SchemaNode> parts, boolean anything) implements Rule {
    /** A schema of which nothing is known. */
    static final UncheckedRule UNKNOWN = new UncheckedRule(EnumSet.allOf(About.class), Set.of(), List.of(), true);

    /** Something about text. */
    static final UncheckedRule TEXT = new UncheckedRule(EnumSet.of(About.TEXT), Set.of(), List.of(), false);

    /** Kinds of values. */
    enum About {
        TEXT,
        NUMBERS,
        LISTS,
        OBJECTS,
        OTHERS
    }

    /** A rule that is not checked, but may name properties all the same. */
    static UncheckedRule of(Set<About> about, Rule rule) {
        return new UncheckedRule(about, rule.names(), rule.parts(), false);
    }

    UncheckedRule {
        about = Set.copyOf(about);
    }

    private static About kind(@Nullable Object value) {
        if (value instanceof String) {
            return About.TEXT;
        }
        if (value instanceof Number) {
            return About.NUMBERS;
        }
        if (value instanceof Map<?, ?>) {
            return About.OBJECTS;
        }
        return value instanceof Collection<?> ? About.LISTS : About.OTHERS;
    }

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        if (about.contains(kind(value))) {
            check.unchecked();
            Evaluated evaluated = check.evaluated();
            if (evaluated != null) {
                evaluated.unknown();
            }
        }
    }
}
