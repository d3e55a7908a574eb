package dev.postern.schema;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code unevaluatedProperties} or {@code unevaluatedItems}. It applies to the properties or elements that no other keyword
 * of the schema, and no schema that the value matches, has evaluated. It runs after all other rules of its schema.
 *
 * @param properties true for properties, false for elements
 * @param others the requirement for the unevaluated ones
 */
record UnevaluatedRule(boolean properties, ObjectRule.Others others) implements Rule {

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        Evaluated evaluated = check.evaluated();
        if (evaluated == null || check.isSpent()) {
            return;
        }
        if (properties && value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String name = String.valueOf(entry.getKey());
                one(evaluated.has(name), entry.getValue(), check, path.property(name));
            }
            evaluated.all();
        } else if (!properties && value instanceof Collection<?> list) {
            int index = 0;
            for (Object element : list) {
                one(evaluated.has(index), element, check, path.element(index));
                index++;
            }
            evaluated.all();
        }
    }

    private void one(Validity evaluated, @Nullable Object value, CheckContext check, ValuePath path) {
        if (!check.spend(1) || evaluated == Validity.VALID) {
            return;
        }
        if (evaluated == Validity.UNKNOWN) {
            check.unchecked();
        } else if (others.forbidden() && !properties) {
            path.problem("is not allowed");
        } else {
            others.check(value, check, path);
        }
    }
}
