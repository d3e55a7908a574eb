package dev.postern.schema;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code dependentRequired}, {@code dependentSchemas} and {@code dependencies}.
 *
 * @param required for each property, the properties that are required if it is present
 * @param schemas for each property, the schema that the object must match if it is present
 */
record DependentRule(Map<String, List<String>> required, Map<String, SchemaNode> schemas) implements Rule {

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        if (!(value instanceof Map<?, ?> map) || !check.spend(required.size() + schemas.size())) {
            return;
        }
        for (Map.Entry<String, List<String>> entry : required.entrySet()) {
            if (map.containsKey(entry.getKey()) && check.spend(entry.getValue().size())) {
                for (String name : entry.getValue()) {
                    if (!map.containsKey(name)) {
                        path.property(name)
                                .problem("is missing, but is required together with "
                                        + ValuePath.quoted(entry.getKey()));
                    }
                }
            }
        }
        for (Map.Entry<String, SchemaNode> entry : schemas.entrySet()) {
            if (map.containsKey(entry.getKey())) {
                entry.getValue().check(value, check, path);
            }
        }
    }

    @Override
    public Set<String> names() {
        Set<String> names = new HashSet<>(schemas.keySet());
        required.forEach((name, others) -> {
            names.add(name);
            names.addAll(others);
        });
        return names;
    }

    @Override
    public List<SchemaNode> parts() {
        return List.copyOf(schemas.values());
    }
}
