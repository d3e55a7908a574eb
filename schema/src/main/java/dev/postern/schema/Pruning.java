package dev.postern.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Drops properties that an object's schema forbids with {@code additionalProperties: false}. A property that the schema
 * names anywhere for this object is kept, whatever keyword names it. Where the schema cannot be followed, because it is too
 * deep or too much work, everything is kept.
 */
final class Pruning {
    private static final int DEEPEST = 200;
    /** The elements of a list share their schemas, and so their view. */
    private final Map<Scope, PruningView> views = new HashMap<>();

    private final Check check;

    private Pruning(Check check) {
        this.check = check;
    }

    /**
     * The schemas of one value.
     *
     * @param sure those that a valid value fits
     * @param maybe those that it may have to fit: alternatives, conditions
     */
    record Scope(List<SchemaNode> sure, List<SchemaNode> maybe) {}

    static Map<String, @Nullable Object> pruned(Map<String, ?> json, SchemaNode schema) {
        return new Pruning(new Check(json)).object(json, new Scope(List.of(schema), List.of()), 0);
    }

    private @Nullable Object value(@Nullable Object value, Scope scope, int depth) {
        if (scope.sure().isEmpty() || depth > DEEPEST) {
            return value; // no alternative forbids anything by itself
        }
        if (value instanceof Map<?, ?> map) {
            return object(map, scope, depth);
        }
        return value instanceof Collection<?> list ? list(list, scope, depth) : value;
    }

    private PruningView view(Scope scope) {
        return views.computeIfAbsent(scope, schemas -> new PruningView(schemas, check));
    }

    private Map<String, @Nullable Object> object(Map<?, ?> map, Scope scope, int depth) {
        PruningView view = view(scope);
        Map<String, @Nullable Object> kept = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (!check.spend(view.size())) {
                kept.put(name, value);
            } else if (!view.isClosed() || view.names(name)) {
                kept.put(name, isContainer(value) ? value(value, view.property(name), depth + 1) : value);
            }
        });
        return Collections.unmodifiableMap(kept);
    }

    private List<@Nullable Object> list(Collection<?> elements, Scope scope, int depth) {
        PruningView view = view(scope);
        List<@Nullable Object> kept = new ArrayList<>(elements.size());
        for (Object element : elements) {
            boolean look = isContainer(element) && check.spend(view.size());
            kept.add(look ? value(element, view.element(kept.size()), depth + 1) : element);
        }
        return Collections.unmodifiableList(kept);
    }

    private static boolean isContainer(@Nullable Object value) {
        return value instanceof Map<?, ?> || value instanceof Collection<?>;
    }
}
