package dev.postern.schema;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * {@code contains}, {@code minContains} and {@code maxContains}.
 *
 * @param schema the schema that some elements must match
 * @param least the minimum number of matching elements
 * @param most the maximum number of matching elements
 */
record ContainsRule(SchemaNode schema, long least, long most) implements Rule {
    private static final int MAX_REASON_LENGTH = 300;

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath place) {
        if (!(value instanceof Collection<?> list)) {
            return;
        }
        Evaluated evaluated = check.evaluated();
        boolean whole = evaluated != null || most < list.size();
        Problems nearest = null;
        int fitting = 0;
        int unknown = 0;
        int index = 0;
        for (Object element : list) {
            if ((!whole && fitting >= least) || check.isSpent()) {
                return;
            }
            Problems isolated = new Problems();
            Validity validity = schema.validity(element, check, place.element(index), isolated);
            switch (validity) {
                case VALID -> fitting++;
                case UNKNOWN -> unknown++;
                case INVALID -> nearest = nearest == null || isolated.count() < nearest.count() ? isolated : nearest;
            }
            if (evaluated != null && validity != Validity.INVALID) {
                evaluated.element(index, validity == Validity.VALID);
            }
            index++;
        }
        if (fitting + unknown < least) {
            tooFew(fitting, nearest, place);
        } else if (fitting > most) {
            place.problem("must have at most " + most + " elements that match \"contains\", but has " + fitting);
        } else if (fitting < least || fitting + unknown > most) {
            check.unchecked();
        }
    }

    private void tooFew(int fitting, @Nullable Problems nearest, ValuePath place) {
        place.problem(() -> "must have at least " + least + " elements that match \"contains\", but has " + fitting
                + (nearest == null ? "" : "; the closest of the others: " + nearest.text(MAX_REASON_LENGTH)));
    }
}
