package dev.postern.schema;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keywords that are not checked, but that name properties of an object: {@code if}, {@code then}, {@code else}, {@code
 * dependentRequired}, {@code dependentSchemas}, {@code dependencies}, {@code unevaluatedProperties}.
 *
 * @param names the properties that they name themselves
 * @param parts the schemas in them, for the same object
 */
record UncheckedRule(Set<String> names, List<SchemaNode> parts) implements Rule {

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        // the keywords are read for pruning alone
    }
}
