package dev.postern.schema;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code propertyNames}.
 *
 * @param schema what the name of each property must fit
 */
record NamesRule(SchemaNode schema) implements Rule {
    private static final int LONGEST_REASON = 300;

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        if (!(value instanceof Map<?, ?> map)) {
            return;
        }
        for (Object key : map.keySet()) {
            if (check.isSpent()) {
                return;
            }
            String name = String.valueOf(key);
            Problems apart = new Problems();
            switch (schema.fit(name, check, Place.root(apart), apart)) {
                case YES -> {}
                case UNKNOWN -> check.unchecked();
                case NO ->
                    place.property(name)
                            .problem(() -> "has a name that does not fit: the name " + apart.text(LONGEST_REASON));
            }
        }
    }
}
