package dev.postern.schema;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What some keywords of a schema demand. */
interface Rule {

    /** Notes what does not fit; a value of another kind than the rule is about fits. */
    void check(@Nullable Object value, Check check, Place place);

    /** Properties that the keywords name without a schema for them. */
    default Set<String> names() {
        return Set.of();
    }

    /** Schemas in the keywords that the same value may have to fit. */
    default List<SchemaNode> parts() {
        return List.of();
    }
}
