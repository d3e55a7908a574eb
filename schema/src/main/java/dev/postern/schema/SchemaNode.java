package dev.postern.schema;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schema with its rules. It is created before its rules, since a reference can point to a schema that is still
 * being read.
 */
final class SchemaNode {
    private final @Nullable SchemaResource resource;
    private List<Rule> rules = List.of();
    private boolean nullable;
    private boolean needsEvaluated;
    private boolean set;

    /** @param resource the resource of the schema; null for a boolean schema */
    SchemaNode(@Nullable SchemaResource resource) {
        this.resource = resource;
    }

    /** Sets the rules; called once. */
    void set(List<Rule> all, boolean nullToo) {
        rules = List.copyOf(all);
        nullable = nullToo;
        needsEvaluated = rules.stream().anyMatch(UnevaluatedRule.class::isInstance);
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

    void check(@Nullable Object value, CheckContext check, ValuePath path) {
        Evaluated outer = check.evaluated();
        Evaluated same = outer != null && value != null && outer.isAbout(value) ? outer : null;
        if (value == null && nullable) {
            check.unchecked(); // "nullable" is not a keyword of JSON Schema
            return;
        }
        if (!check.enter(this, value)) {
            if (same != null) {
                same.unknown();
            }
            return;
        }
        Evaluated own = needsEvaluated && value != null && isContainer(value) ? new Evaluated(value) : same;
        check.evaluated(own);
        int before = path.problems().count();
        for (Rule rule : rules) {
            rule.check(value, check, path);
            if (rule instanceof TypeRule && path.problems().count() > before) {
                break; // further problems would be consequences of the wrong type
            }
        }
        check.evaluated(outer);
        if (same != null && own != null && own != same) {
            same.add(own, Validity.VALID, check);
        }
        check.leave();
    }

    private static boolean isContainer(Object value) {
        return value instanceof Map<?, ?> || value instanceof Collection<?>;
    }

    /** Checks the value in isolation; its problems go into {@code isolated}. */
    Validity validity(@Nullable Object value, CheckContext check, ValuePath path, Problems isolated) {
        if (!check.beginIsolated()) {
            return Validity.UNKNOWN;
        }
        Evaluated outer = check.evaluated();
        Evaluated own = outer != null && value != null && outer.isAbout(value) ? new Evaluated(value) : null;
        check.evaluated(own);
        check(value, check, path.withProblems(isolated));
        check.evaluated(outer);
        Validity validity = check.endIsolated(isolated);
        if (outer != null && own != null) {
            outer.add(own, validity, check);
        }
        return validity;
    }
}
