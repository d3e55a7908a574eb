package dev.postern.schema;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A schema, ready to check. It exists before its rules do, since a reference may lead to what is being read. */
final class SchemaNode {
    private final @Nullable SchemaResource resource;
    private List<Rule> rules = List.of();
    private boolean nullable;
    private boolean asks;
    private boolean set;

    /** @param resource the resource that it belongs to; null for a schema that is true or false */
    SchemaNode(@Nullable SchemaResource resource) {
        this.resource = resource;
    }

    /** Sets what it demands; once. */
    void set(List<Rule> all, boolean nullToo) {
        rules = List.copyOf(all);
        nullable = nullToo;
        asks = rules.stream().anyMatch(UnevaluatedRule.class::isInstance);
        set = true;
    }

    boolean isSet() {
        return set;
    }

    List<Rule> rules() {
        return rules;
    }

    @Nullable
    SchemaResource resource() {
        return resource;
    }

    void check(@Nullable Object value, Check check, Place place) {
        Evaluated outer = check.evaluated();
        Evaluated same = outer != null && value != null && outer.isAbout(value) ? outer : null;
        if (value == null && nullable) {
            check.unchecked(); // to JSON Schema itself "nullable" means nothing
            return;
        }
        if (!check.enter(this, value)) {
            if (same != null) {
                same.unknown();
            }
            return;
        }
        Evaluated own = asks && value != null && isContainer(value) ? new Evaluated(value) : same;
        check.evaluated(own);
        int before = place.problems().count();
        for (Rule rule : rules) {
            rule.check(value, check, place);
            if (rule instanceof TypeRule && place.problems().count() > before) {
                break; // what else is wrong with it follows from this
            }
        }
        check.evaluated(outer);
        if (same != null && own != null && own != same) {
            same.add(own, Fit.YES, check);
        }
        check.leave();
    }

    private static boolean isContainer(Object value) {
        return value instanceof Map<?, ?> || value instanceof Collection<?>;
    }

    /** Whether the value fits; what does not goes into {@code apart}. */
    Fit fit(@Nullable Object value, Check check, Place place, Problems apart) {
        if (!check.beginApart()) {
            return Fit.UNKNOWN;
        }
        Evaluated outer = check.evaluated();
        Evaluated own = outer != null && value != null && outer.isAbout(value) ? new Evaluated(value) : null;
        check.evaluated(own);
        check(value, check, place.apart(apart));
        check.evaluated(outer);
        Fit fit = check.endApart(apart);
        if (outer != null && own != null) {
            outer.add(own, fit, check);
        }
        return fit;
    }
}
