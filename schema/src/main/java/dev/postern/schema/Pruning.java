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
 * Removes properties that a schema forbids with {@code additionalProperties: false}. A property is kept if any keyword of the
 * schema names it for this object. All properties are kept where the schema is too deep or exceeds the budget of steps.
 */
final class Pruning {
    private static final int MAX_DEPTH = 200;
    /** Cached, since the elements of a list share their schemas. */
    private final Map<Scope, PruningView> views = new HashMap<>();

    private final CheckContext check;

    private Pruning(CheckContext check) {
        this.check = check;
    }

    /**
     * The schemas for one value.
     *
     * @param sure schemas that apply to every valid value
     * @param maybe schemas that may apply: alternatives and conditions
     */
    record Scope(List<SchemaNode> sure, List<SchemaNode> maybe) {}

    static Map<String, @Nullable Object> pruned(Map<String, ?> json, SchemaNode schema) {
        return new Pruning(new CheckContext(json)).object(json, new Scope(List.of(schema), List.of()), 0);
    }

    private @Nullable Object value(@Nullable Object value, Scope scope, int depth) {
        if (scope.sure().isEmpty() || depth > MAX_DEPTH) {
            return value; // a single alternative forbids no property
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
