package dev.postern.schema;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code unevaluatedProperties} or {@code unevaluatedItems}: about what no other keyword of the schema has a schema for,
 * nor a keyword in a schema for the same value that the value fits. It comes after all other rules of its schema.
 *
 * @param properties whether it is about properties, not about elements
 * @param others what they must be
 */
record UnevaluatedRule(boolean properties, ObjectRule.Others others) implements Rule {

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        Evaluated evaluated = check.evaluated();
        if (evaluated == null || check.isSpent()) {
            return;
        }
        if (properties && value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String name = String.valueOf(entry.getKey());
                one(evaluated.has(name), entry.getValue(), check, place.property(name));
            }
            evaluated.all();
        } else if (!properties && value instanceof Collection<?> list) {
            int index = 0;
            for (Object element : list) {
                one(evaluated.has(index), element, check, place.element(index));
                index++;
            }
            evaluated.all();
        }
    }

    private void one(Fit evaluated, @Nullable Object value, Check check, Place place) {
        if (!check.spend(1) || evaluated == Fit.YES) {
            return;
        }
        if (evaluated == Fit.UNKNOWN) {
            check.unchecked();
        } else if (others.forbidden() && !properties) {
            place.problem("must not be there");
        } else {
            others.check(value, check, place);
        }
    }
}
