package dev.postern.schema;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The assertion of one or several keywords of a schema. */
interface Rule {

    /** Reports the problems of a value. A value of a kind that the keywords do not apply to is valid. */
    void check(@Nullable Object value, CheckContext check, ValuePath path);

    /** The properties that the keywords name without a schema. */
    default Set<String> names() {
        return Set.of();
    }

    /** The schemas in the keywords that may apply to the same value. */
    default List<SchemaNode> parts() {
        return List.of();
    }
}
