package dev.postern.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A schema, ready to check. It exists before its rules do, since a reference may lead to what is being read. */
final class SchemaNode {
    private List<Rule> rules = List.of();
    private boolean nullable;

    /** Sets what it demands; once. */
    void set(List<Rule> all, boolean nullToo) {
        rules = List.copyOf(all);
        nullable = nullToo;
    }

    List<Rule> rules() {
        return rules;
    }

    void check(@Nullable Object value, Check check, Place place) {
        if ((value == null && nullable) || !check.enter(place)) {
            return;
        }
        int before = place.problems().count();
        for (Rule rule : rules) {
            rule.check(value, check, place);
            if (rule instanceof TypeRule && place.problems().count() > before) {
                break; // what else is wrong with it follows from this
            }
        }
        check.leave();
    }

    /** Whether the value fits; what does not goes into {@code apart}. */
    boolean fits(@Nullable Object value, Check check, Place place, Problems apart) {
        check(value, check, place.apart(apart));
        return apart.count() == 0;
    }
}
