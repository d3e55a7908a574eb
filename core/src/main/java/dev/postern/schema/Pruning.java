package dev.postern.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes from an object what its schema does not know. */
final class Pruning {
    private static final int DEEPEST = 200;

    /** All that is said of one object, by its schema and by those that its schema is made of. */
    private final List<ObjectRule> objects = new ArrayList<>();
    /** Those of them that surely hold; the others are alternatives. */
    private final List<ObjectRule> sure = new ArrayList<>();

    private final List<ListRule> lists = new ArrayList<>();
    private final Set<SchemaNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private Pruning(SchemaNode schema) {
        collect(schema, true);
    }

    static Map<String, @Nullable Object> pruned(Map<String, ?> json, SchemaNode schema) {
        Pruning pruning = new Pruning(schema);
        boolean open = pruning.objects.stream()
                .anyMatch(rule -> rule.others().given() && !rule.others().forbidden());
        return pruning.object(json, open, 0);
    }

    private static @Nullable Object pruned(@Nullable Object value, SchemaNode schema, int depth) {
        if (depth > DEEPEST || !(value instanceof Map<?, ?> || value instanceof Collection<?>)) {
            return value;
        }
        Pruning pruning = new Pruning(schema);
        if (value instanceof Map<?, ?> map) {
            return pruning.object(
                    map,
                    pruning.objects.stream().noneMatch(rule -> rule.others().forbidden()),
                    depth);
        }
        return value instanceof Collection<?> list ? pruning.list(list, depth) : value;
    }

    private void collect(SchemaNode schema, boolean surely) {
        if (!seen.add(schema)) {
            return;
        }
        for (Rule rule : schema.rules()) {
            if (rule instanceof ObjectRule object) {
                objects.add(object);
                if (surely) {
                    sure.add(object);
                }
            } else if (rule instanceof ListRule list && surely) {
                lists.add(list);
            } else if (rule instanceof CombiningRule parts && parts.keyword() != CombiningRule.Keyword.NOT) {
                parts.schemas()
                        .forEach(part -> collect(part, surely && parts.keyword().isSure()));
            }
        }
    }

    private Map<String, @Nullable Object> object(Map<?, ?> map, boolean open, int depth) {
        Map<String, @Nullable Object> kept = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (open || isKnown(name)) {
                kept.put(name, property(name, value, depth));
            }
        });
        return Collections.unmodifiableMap(kept);
    }

    private boolean isKnown(String name) {
        return objects.stream()
                .anyMatch(rule -> rule.properties().containsKey(name)
                        || rule.patterns().stream().anyMatch(pattern -> pattern.means(name)));
    }

    private @Nullable Object property(String name, @Nullable Object value, int depth) {
        Object pruned = value;
        for (ObjectRule rule : sure) {
            SchemaNode schema = rule.properties().get(name);
            if (schema != null) {
                pruned = pruned(pruned, schema, depth + 1);
            }
        }
        return pruned;
    }

    private List<@Nullable Object> list(Collection<?> elements, int depth) {
        List<@Nullable Object> kept = new ArrayList<>(elements.size());
        for (Object element : elements) {
            Object pruned = element;
            for (ListRule rule : lists) {
                SchemaNode schema =
                        kept.size() < rule.first().size() ? rule.first().get(kept.size()) : rule.rest();
                if (schema != null) {
                    pruned = pruned(pruned, schema, depth + 1);
                }
            }
            kept.add(pruned);
        }
        return Collections.unmodifiableList(kept);
    }
}
