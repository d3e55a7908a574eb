package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code if}, {@code then} and {@code else}.
 *
 * @param condition the schema that decides; without it nothing is demanded
 * @param then what a value must fit that fits the condition
 * @param otherwise what any other value must fit
 */
record ConditionRule(
        @Nullable SchemaNode condition,
        @Nullable SchemaNode then,
        @Nullable SchemaNode otherwise) implements Rule {

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        boolean demands = then != null || otherwise != null;
        Evaluated evaluated = check.evaluated();
        if (condition == null || (!demands && evaluated == null)) {
            return;
        }
        SchemaNode next = switch (condition.fit(value, check, place, new Problems())) {
            case YES -> then;
            case NO -> otherwise;
            case UNKNOWN -> {
                if (demands) {
                    check.unchecked();
                    if (evaluated != null) {
                        evaluated.unknown();
                    }
                }
                yield null;
            }
        };
        if (next != null) {
            next.check(value, check, place);
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
