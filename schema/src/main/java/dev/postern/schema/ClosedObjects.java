package dev.postern.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the schemas that forbid properties that they do not name: with {@code additionalProperties: false} in the schema
 * itself, in a schema that applies as well, or in all alternatives.
 */
final class ClosedObjects {
    /** Bounds chains of references; a schema behind a longer chain is treated as open. */
    private static final int MAX_DEPTH = 200;

    /** The results so far; false while a schema is examined, which ends recursion. */
    private final Map<SchemaNode, Boolean> closed = new HashMap<>();

    private final Map<SchemaNode, Boolean> objects = new HashMap<>();
    private int depth;

    boolean isClosed(SchemaNode schema) {
        Boolean known = closed.putIfAbsent(schema, false);
        if (known != null || depth >= MAX_DEPTH) {
            return known != null && known;
        }
        depth++;
        boolean found = schema.rules().stream().anyMatch(this::isClosed);
        depth--;
        closed.put(schema, found);
        return found;
    }

    private boolean isClosed(Rule rule) {
        if (rule instanceof ObjectRule object) {
            return object.others().forbidden();
        }
        return rule instanceof CombiningRule parts
                && switch (parts.keyword()) {
                    case REF, ALL_OF -> parts.schemas().stream().anyMatch(this::isClosed);
                    case ANY_OF, ONE_OF -> areClosed(parts.schemas());
                    case NOT -> false;
                };
    }

    /** Whether all alternatives that accept objects are closed. */
    private boolean areClosed(List<SchemaNode> alternatives) {
        List<SchemaNode> objectAlternatives =
                alternatives.stream().filter(this::acceptsObjects).toList();
        return !objectAlternatives.isEmpty() && objectAlternatives.stream().allMatch(this::isClosed);
    }

    private boolean acceptsObjects(SchemaNode schema) {
        Boolean known = objects.putIfAbsent(schema, true);
        if (known != null || depth >= MAX_DEPTH) {
            return known == null || known;
        }
        depth++;
        boolean takes = schema.rules().stream().allMatch(this::acceptsObjects);
        depth--;
        objects.put(schema, takes);
        return takes;
    }

    private boolean acceptsObjects(Rule rule) {
        if (rule instanceof TypeRule type) {
            return type.types().contains("object");
        }
        return !(rule instanceof CombiningRule parts)
                || !parts.keyword().isSure()
                || parts.schemas().stream().allMatch(this::acceptsObjects);
    }
}
