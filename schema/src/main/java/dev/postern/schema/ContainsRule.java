package dev.postern.schema;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * {@code contains}, {@code minContains} and {@code maxContains}.
 *
 * @param schema what some of the elements must fit
 * @param least the fewest elements that fit it
 * @param most the most of them
 */
record ContainsRule(SchemaNode schema, long least, long most) implements Rule {
    private static final int LONGEST_REASON = 300;

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
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
            Problems apart = new Problems();
            Fit fit = schema.fit(element, check, place.element(index), apart);
            switch (fit) {
                case YES -> fitting++;
                case UNKNOWN -> unknown++;
                case NO -> nearest = nearest == null || apart.count() < nearest.count() ? apart : nearest;
            }
            if (evaluated != null && fit != Fit.NO) {
                evaluated.element(index, fit == Fit.YES);
            }
            index++;
        }
        if (fitting + unknown < least) {
            tooFew(fitting, nearest, place);
        } else if (fitting > most) {
            place.problem("must have at most " + most + " elements that fit \"contains\", but has " + fitting);
        } else if (fitting < least || fitting + unknown > most) {
            check.unchecked();
        }
    }

    private void tooFew(int fitting, @Nullable Problems nearest, Place place) {
        place.problem(() -> "must have at least " + least + " elements that fit \"contains\", but has " + fitting
                + (nearest == null ? "" : "; the nearest of the others says: " + nearest.text(LONGEST_REASON)));
    }
}
