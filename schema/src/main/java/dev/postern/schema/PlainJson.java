package dev.postern.schema;

import dev.postern.LlmException;
import dev.postern.json.Json;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Converts Java values to JSON values. A record becomes a map in the order of its components, without absent ones. Iterables
 * and arrays become lists; sets without a defined order are sorted. Enums, times, UUIDs, URIs and paths become text. This is
 * the counterpart of {@link RecordType#read}, for any value.
 */
public final class PlainJson {
    private static final int MAX_DEPTH = 200;

    private static final Class<?> MAP_OF = Map.of().getClass();
    /** Sets without a defined order; that of the first two changes with each run of the JVM. */
    private static final Set<Class<?>> UNORDERED =
            Set.of(Set.of(1).getClass(), Set.of().getClass(), HashSet.class);

    /** The accessors of each class, looked up once. */
    private static final ClassValue<List<Part>> PARTS = new ClassValue<>() {
        @Override
        protected List<Part> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .map(component -> Part.of(type, component))
                    .toList();
        }
    };

    /** A component; if it can be any JSON value, null is written. */
    private record Part(String name, Method accessor, boolean takesNull) {
        static Part of(Class<?> type, RecordComponent component) {
            boolean any = component.getGenericType() == Object.class
                    && Presence.of(component, Object.class) == Presence.REQUIRED;
            return new Part(component.getName(), RecordAccess.accessor(type, component), any);
        }
    }

    private PlainJson() {}

    /**
     * Converts a value, for {@code dev.postern.json.Json}. Maps without a defined order are sorted, so that a value has the
     * same text in every run.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if a part of the value has no JSON form; the
     *     message names it; of kind {@link LlmException.Kind#CONFIGURATION} if a record is not accessible
     */
    public static @Nullable Object of(@Nullable Object value) {
        return plain(value, ValuePath.root(new Problems()), 0);
    }

    static Map<String, @Nullable Object> ofRecord(Record value) {
        return fields(value, ValuePath.root(new Problems()), 0);
    }

    private static @Nullable Object plain(@Nullable Object value, ValuePath location, int depth) {
        if (depth > MAX_DEPTH) {
            throw invalid(location, "is nested deeper than " + MAX_DEPTH + " levels");
        }
        if (value == null || value instanceof String || value instanceof Boolean || JavaValues.isExactNumber(value)) {
            return value;
        }
        if (value instanceof Double || value instanceof Float) {
            if (!Double.isFinite(((Number) value).doubleValue())) {
                throw invalid(location, value + " is not a JSON number");
            }
            return value;
        }
        if (value instanceof Record row) {
            return fields(row, location, depth);
        }
        if (value instanceof Map<?, ?> map) {
            return entries(map, location, depth);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (JavaValues.isText(value)) { // before Iterable, since a path iterates over paths
            return value.toString();
        }
        if (value instanceof Iterable<?> list) {
            return elements(list, location, depth);
        }
        if (value.getClass().isArray()) {
            return elements(JavaValues.elements(value), location, depth);
        }
        if (JavaValues.isOptional(value)) {
            return plain(JavaValues.content(value), location, depth);
        }
        throw invalid(location, "a " + value.getClass().getName() + " is not a JSON value");
    }

    private static Map<String, @Nullable Object> fields(Record value, ValuePath location, int depth) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (Part part : PARTS.get(value.getClass())) {
            ValuePath here = location.property(part.name());
            Object field = plain(called(part.accessor(), value, here), here, depth + 1);
            if (field != null || part.takesNull()) {
                fields.put(part.name(), field);
            }
        }
        return Collections.unmodifiableMap(fields);
    }

    private static @Nullable Object called(Method accessor, Record value, ValuePath location) {
        try {
            return accessor.invoke(value);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            Throwable thrown = e.getCause() == null ? e : e.getCause();
            throw invalid(
                    location, "its accessor failed with " + thrown.getClass().getName(), thrown);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the accessor cannot be called", e);
        }
    }

    private static Map<String, @Nullable Object> entries(Map<?, ?> map, ValuePath location, int depth) {
        boolean sorted = map.getClass() == MAP_OF || map.getClass() == HashMap.class;
        Map<String, @Nullable Object> entries = sorted ? new TreeMap<>() : new LinkedHashMap<>();
        map.forEach((key, field) -> {
            if (!(key instanceof String)
                    && !(key instanceof Enum<?>)
                    && !JavaValues.isText(key)
                    && !JavaValues.isExactNumber(key)) {
                throw invalid(
                        location,
                        "a key must be text, not a "
                                + (key == null ? "null" : key.getClass().getName()));
            }
            String name = key instanceof Enum<?> constant ? constant.name() : key.toString();
            entries.put(name, plain(field, location.property(name), depth + 1));
        });
        return Collections.unmodifiableMap(entries);
    }

    private static List<@Nullable Object> elements(Iterable<?> list, ValuePath location, int depth) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (Object element : list) {
            elements.add(plain(element, location.element(elements.size()), depth + 1));
        }
        if (UNORDERED.contains(list.getClass())) {
            sort(elements);
        }
        return Collections.unmodifiableList(elements);
    }

    /** Sorts by natural order if all elements have the same comparable class, else by their JSON text. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static void sort(List<@Nullable Object> elements) {
        Class<?> first = elements.isEmpty() || elements.get(0) == null
                ? null
                : elements.get(0).getClass();
        boolean comparable = first != null
                && Comparable.class.isAssignableFrom(first)
                && elements.stream().allMatch(element -> element != null && element.getClass() == first);
        elements.sort(comparable ? (Comparator) Comparator.naturalOrder() : Comparator.comparing(Json::text));
    }

    private static LlmException invalid(ValuePath location, String sentence) {
        return invalid(location, sentence, null);
    }

    /** The message has class names and paths only, since a model may read it. */
    private static LlmException invalid(ValuePath location, String sentence, @Nullable Throwable cause) {
        String path = location.path();
        return LlmException.builder(
                        LlmException.Kind.INVALID_REQUEST, (path.isEmpty() ? "" : path + ": ") + sentence + ".")
                .cause(cause)
                .build();
    }
}
