package dev.postern.schema;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code $dynamicRef}: refers to the schema with this dynamic anchor in the outermost resource on the path of the check.
 *
 * @param first the target if no other resource has the anchor
 * @param targets the schema with this anchor in each resource that has one
 */
record DynamicRule(SchemaNode first, IdentityHashMap<SchemaResource, SchemaNode> targets) implements Rule {

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        SchemaNode outermost = targets.isEmpty() ? null : check.outermost(targets);
        (outermost == null ? first : outermost).check(value, check, path);
    }

    @Override
    public List<SchemaNode> parts() {
        List<SchemaNode> parts = new ArrayList<>(targets.values());
        parts.add(first);
        return parts;
    }
}
