package dev.postern.schema;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a list must be like.
 *
 * @param first the schemas of its first elements
 * @param rest the schema of the others, if there is one
 * @param least the fewest elements
 * @param most the most of them
 * @param unique whether no two may be the same
 */
record ListRule(List<SchemaNode> first, @Nullable SchemaNode rest, long least, long most, boolean unique)
        implements Rule {

    /** Whether it demands nothing. */
    boolean isEmpty() {
        return first.isEmpty() && rest == null && least == 0 && most == Long.MAX_VALUE && !unique;
    }

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        if (!(value instanceof Collection<?> list)) {
            return;
        }
        if (list.size() < least) {
            place.problem("must have at least " + least + " elements, but has " + list.size());
        }
        Evaluated evaluated = check.evaluated();
        if (list.size() > most) {
            place.problem("must have at most " + most + " elements, but has " + list.size());
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
                schema.check(element, check, place.element(index));
            }
            index++;
        }
        if (unique) {
            unique(list, check, place);
        }
    }

    private static void unique(Collection<?> list, Check check, Place place) {
        Set<Object> seen = new HashSet<>();
        int index = 0;
        for (Object element : list) {
            Object key = Same.key(element, check);
            if (key == null) {
                return; // too much work
            }
            if (!seen.add(key)) {
                place.element(index).problem("is there twice, but the elements must differ");
            }
            index++;
        }
    }
}
