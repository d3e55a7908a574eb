package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code if}, {@code then} and {@code else}.
 *
 * @param condition the {@code if} schema; without it the rule accepts all values
 * @param then the schema for values that match the condition
 * @param otherwise the schema for all other values
 */
record ConditionRule(
        @Nullable SchemaNode condition,
        @Nullable SchemaNode then,
        @Nullable SchemaNode otherwise) implements Rule {

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        boolean hasBranches = then != null || otherwise != null;
        Evaluated evaluated = check.evaluated();
        if (condition == null || (!hasBranches && evaluated == null)) {
            return;
        }
        SchemaNode next = switch (condition.validity(value, check, path, new Problems())) {
            case VALID -> then;
            case INVALID -> otherwise;
            case UNKNOWN -> {
                if (hasBranches) {
                    check.unchecked();
                    if (evaluated != null) {
                        evaluated.unknown();
                    }
                }
                yield null;
            }
        };
        if (next != null) {
            next.check(value, check, path);
        }
    }

    @Override
    public List<SchemaNode> parts() {
        List<SchemaNode> parts = new ArrayList<>();
        for (SchemaNode part : new SchemaNode[] {condition, then, otherwise}) {
            if (part != null) {
                parts.add(part);
            }
        }
        return parts;
    }
}
