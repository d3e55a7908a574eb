package dev.postern.schema;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code propertyNames}.
 *
 * @param schema the schema for the name of each property
 */
record PropertyNamesRule(SchemaNode schema) implements Rule {
    private static final int MAX_REASON_LENGTH = 300;

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        if (!(value instanceof Map<?, ?> map)) {
            return;
        }
        for (Object key : map.keySet()) {
            if (check.isSpent()) {
                return;
            }
            String name = String.valueOf(key);
            Problems isolated = new Problems();
            switch (schema.validity(name, check, ValuePath.root(isolated), isolated)) {
                case VALID -> {}
                case UNKNOWN -> check.unchecked();
                case INVALID ->
                    path.property(name)
                            .problem(() -> "has an invalid name: the name " + isolated.text(MAX_REASON_LENGTH));
            }
        }
    }
}
