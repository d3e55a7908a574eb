package dev.postern.schema;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code $dynamicRef}: leads to the schema of that name in the outermost resource that the check has come through.
 *
 * @param first where it leads if no other resource has the name
 * @param targets the schema of that name in each resource that has one
 */
record DynamicRule(SchemaNode first, IdentityHashMap<SchemaResource, SchemaNode> targets) implements Rule {

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        SchemaNode outermost = targets.isEmpty() ? null : check.outermost(targets);
        (outermost == null ? first : outermost).check(value, check, place);
    }

    @Override
    public List<SchemaNode> parts() {
        List<SchemaNode> parts = new ArrayList<>(targets.values());
        parts.add(first);
        return parts;
    }
}
