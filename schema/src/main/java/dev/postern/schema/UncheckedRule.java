package dev.postern.schema;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keywords that are not checked, because they are unknown or refer to another document. They make the validity of a value
 * {@linkplain Validity#UNKNOWN unknown}, which matters under {@code not} and {@code oneOf}.
 *
 * @param about the kinds of values that the keywords apply to
 * @param names the properties that they name
 * @param parts the schemas in them that apply to the same object
 * @param anything whether they may name any property
 */
record UncheckedRule(Set<About> about, Set<String> names, List<SchemaNode> parts, boolean anything) implements Rule {
    /** A schema with unknown content. */
    static final UncheckedRule UNKNOWN = new UncheckedRule(EnumSet.allOf(About.class), Set.of(), List.of(), true);

    /** A keyword for text. */
    static final UncheckedRule TEXT = new UncheckedRule(EnumSet.of(About.TEXT), Set.of(), List.of(), false);

    /** Kinds of values. */
    enum About {
        TEXT,
        NUMBERS,
        LISTS,
        OBJECTS,
        OTHERS
    }

    /** A rule that is not checked, but that can name properties. */
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
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        if (about.contains(kind(value))) {
            check.unchecked();
            Evaluated evaluated = check.evaluated();
            if (evaluated != null) {
                evaluated.unknown();
            }
        }
    }
}
