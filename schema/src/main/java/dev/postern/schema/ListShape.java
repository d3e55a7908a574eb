package dev.postern.schema;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a list, set, collection or array. A list as JSON text is accepted, since models write that.
 *
 * @param raw the Java type: an array class, {@code Set}, {@code List} or {@code Collection}
 * @param element the shape of its elements
 */
record ListShape(Class<?> raw, Shape element) implements Shape {

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "array");
        schema.put("items", element.schema());
        return Collections.unmodifiableMap(schema);
    }

    @Override
    public @Nullable Object read(@Nullable Object json, ValuePath path) {
        if (!(QuotedJson.unquoted(json, '[') instanceof List<?> list)) {
            path.mismatch("a list", json);
            return null;
        }
        int before = path.problems().count();
        List<@Nullable Object> read = new ArrayList<>(list.size());
        for (Object value : list) {
            read.add(element.read(value, path.element(read.size())));
        }
        return path.problems().count() > before ? null : made(read);
    }

    private Object made(List<@Nullable Object> elements) {
        if (raw.isArray()) {
            Object array = Array.newInstance(raw.getComponentType(), elements.size());
            for (int i = 0; i < elements.size(); i++) {
                Array.set(array, i, elements.get(i));
            }
            return array;
        }
        return raw == Set.class
                ? Collections.unmodifiableSet(new LinkedHashSet<>(elements))
                : Collections.unmodifiableList(elements);
    }
}
