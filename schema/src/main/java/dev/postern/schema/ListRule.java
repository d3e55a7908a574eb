package dev.postern.schema;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keywords for lists.
 *
 * @param first the schemas of the first elements
 * @param rest the schema of the other elements; null if there is none
 * @param minimum the minimum number of elements
 * @param maximum the maximum number of elements
 * @param unique whether the elements must be unique
 */
record ListRule(List<SchemaNode> first, @Nullable SchemaNode rest, long minimum, long maximum, boolean unique)
        implements Rule {

    /** Whether the rule accepts all values. */
    boolean isEmpty() {
        return first.isEmpty() && rest == null && minimum == 0 && maximum == Long.MAX_VALUE && !unique;
    }

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        if (!(value instanceof Collection<?> list)) {
            return;
        }
        if (list.size() < minimum) {
            path.problem("must have at least " + minimum + " elements, but has " + list.size());
        }
        Evaluated evaluated = check.evaluated();
        if (list.size() > maximum) {
            path.problem("must have at most " + maximum + " elements, but has " + list.size());
            if (evaluated != null) {
                evaluated.unknown();
            }
            return;
        }
        if (evaluated != null) {
            evaluated.first(first.size());
            if (rest != null) {
                evaluated.all();
            }
        }
        int index = 0;
        for (Object element : list) {
            if (check.isSpent()) {
                return;
            }
            SchemaNode schema = index < first.size() ? first.get(index) : rest;
            if (schema != null) {
                schema.check(element, check, path.element(index));
            }
            index++;
        }
        if (unique) {
            unique(list, check, path);
        }
    }

    private static void unique(Collection<?> list, CheckContext check, ValuePath path) {
        Set<Object> seen = new HashSet<>();
        int index = 0;
        for (Object element : list) {
            Object key = JsonEquality.key(element, check);
            if (key == null) {
                return; // the budget is spent
            }
            if (!seen.add(key)) {
                path.element(index).problem("is a duplicate, but the elements must be unique");
            }
            index++;
        }
    }
}
