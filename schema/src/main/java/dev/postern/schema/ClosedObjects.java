package dev.postern.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which schemas forbid the properties that they do not name: by {@code additionalProperties: false}, their own, that of a
 * schema which must fit as well, or that of each alternative.
 */
final class ClosedObjects {
    /** A chain of references may be of any length; beyond this it counts as open. */
    private static final int DEEPEST = 200;

    /** What is known so far; false while a schema is looked at, for those that contain themselves. */
    private final Map<SchemaNode, Boolean> closed = new HashMap<>();

    private final Map<SchemaNode, Boolean> objects = new HashMap<>();
    private int depth;

    boolean isClosed(SchemaNode schema) {
        Boolean known = closed.putIfAbsent(schema, false);
        if (known != null || depth >= DEEPEST) {
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

    /** Of alternatives, all that an object can fit. */
    private boolean areClosed(List<SchemaNode> alternatives) {
        List<SchemaNode> fitting =
                alternatives.stream().filter(this::takesObjects).toList();
        return !fitting.isEmpty() && fitting.stream().allMatch(this::isClosed);
    }

    private boolean takesObjects(SchemaNode schema) {
        Boolean known = objects.putIfAbsent(schema, true);
        if (known != null || depth >= DEEPEST) {
            return known == null || known;
        }
        depth++;
        boolean takes = schema.rules().stream().allMatch(this::takesObjects);
        depth--;
        objects.put(schema, takes);
        return takes;
    }

    private boolean takesObjects(Rule rule) {
        if (rule instanceof TypeRule type) {
            return type.types().contains("object");
        }
        return !(rule instanceof CombiningRule parts)
                || !parts.keyword().isSure()
                || parts.schemas().stream().allMatch(this::takesObjects);
    }
}
