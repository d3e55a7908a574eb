package dev.postern.schema;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code dependentRequired}, {@code dependentSchemas} and {@code dependencies}: what the presence of a property demands.
 *
 * @param required the properties that must be there as well
 * @param schemas what the object must fit
 */
record DependentRule(Map<String, List<String>> required, Map<String, SchemaNode> schemas) implements Rule {

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        if (!(value instanceof Map<?, ?> map) || !check.spend(required.size() + schemas.size())) {
            return;
        }
        for (Map.Entry<String, List<String>> entry : required.entrySet()) {
            if (map.containsKey(entry.getKey()) && check.spend(entry.getValue().size())) {
                for (String name : entry.getValue()) {
                    if (!map.containsKey(name)) {
                        place.property(name)
                                .problem("is missing, but must be there together with " + Place.quoted(entry.getKey()));
                    }
                }
            }
        }
        for (Map.Entry<String, SchemaNode> entry : schemas.entrySet()) {
            if (map.containsKey(entry.getKey())) {
                entry.getValue().check(value, check, place);
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
