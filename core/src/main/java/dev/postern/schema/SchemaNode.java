package dev.postern.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A schema, ready to check. It exists before its rules do, since a reference may lead to what is being read. */
final class SchemaNode {
    private List<Rule> rules = List.of();
    private boolean nullable;
    private boolean set;

    /** Sets what it demands; once. */
    void set(List<Rule> all, boolean nullToo) {
        rules = List.copyOf(all);
        nullable = nullToo;
        set = true;
    }

    boolean isSet() {
        return set;
    }

    List<Rule> rules() {
        return rules;
    }

    void check(@Nullable Object value, Check check, Place place) {
        if (value == null && nullable) {
            check.unchecked(); // to JSON Schema itself "nullable" means nothing
            return;
        }
        if (!check.enter(this, value)) {
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
    Fit fit(@Nullable Object value, Check check, Place place, Problems apart) {
        if (!check.beginApart()) {
            return Fit.UNKNOWN;
        }
        check(value, check, place.apart(apart));
        return check.endApart(apart);
    }
}
