package dev.postern.schema;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * {@code contains}, {@code minContains} and {@code maxContains}.
 *
 * @param schema the schema that some elements must match
 * @param minimum the minimum number of matching elements
 * @param maximum the maximum number of matching elements
 */
record ContainsRule(SchemaNode schema, long minimum, long maximum) implements Rule {
    private static final int MAX_REASON_LENGTH = 300;

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        if (!(value instanceof Collection<?> list)) {
            return;
        }
        Evaluated evaluated = check.evaluated();
        boolean whole = evaluated != null || maximum < list.size();
        Problems closest = null;
        int fitting = 0;
        int unknown = 0;
        int index = 0;
        for (Object element : list) {
            if ((!whole && fitting >= minimum) || check.isSpent()) {
                return;
            }
            Problems isolated = new Problems();
            Validity validity = schema.validity(element, check, path.element(index), isolated);
            switch (validity) {
                case VALID -> fitting++;
                case UNKNOWN -> unknown++;
                case INVALID -> closest = closest == null || isolated.count() < closest.count() ? isolated : closest;
            }
            if (evaluated != null && validity != Validity.INVALID) {
                evaluated.element(index, validity == Validity.VALID);
            }
            index++;
        }
        if (fitting + unknown < minimum) {
            tooFew(fitting, closest, path);
        } else if (fitting > maximum) {
            path.problem("must have at most " + maximum + " elements that match \"contains\", but has " + fitting);
        } else if (fitting < minimum || fitting + unknown > maximum) {
            check.unchecked();
        }
    }

    private void tooFew(int fitting, @Nullable Problems closest, ValuePath path) {
        path.problem(() -> "must have at least " + minimum + " elements that match \"contains\", but has " + fitting
                + (closest == null ? "" : "; the closest of the others: " + closest.text(MAX_REASON_LENGTH)));
    }
}
