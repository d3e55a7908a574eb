package dev.postern.schema;

import dev.postern.LlmException;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * JSON values of what a program has at hand: records become maps in the order of their components, without those that are
 * absent; iterables and arrays become lists; enums, times, UUIDs and URIs become text. The counterpart of {@link
 * RecordType#read}, for any value.
 */
public final class PlainJson {
    private static final int DEEPEST = 200;

    private static final Class<?> MAP_OF = Map.of().getClass();

    /** Accessors are looked up once for each class. */
    private static final ClassValue<Map<String, Method>> ACCESSORS = new ClassValue<>() {
        @Override
        protected Map<String, Method> computeValue(Class<?> type) {
            Map<String, Method> accessors = new LinkedHashMap<>();
            for (RecordComponent component : type.getRecordComponents()) {
                accessors.put(component.getName(), Access.accessor(type, component));
            }
            return Collections.unmodifiableMap(accessors);
        }
    };

    private PlainJson() {}

    /**
     * The value as {@code dev.postern.json.Json} writes it. Maps without an order of their own are sorted, so that the
     * same value gives the same text in every run.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} that names what is no JSON, or of kind {@link
     *     LlmException.Kind#CONFIGURATION} for a record of a module that is closed
     */
    public static @Nullable Object of(@Nullable Object value) {
        return plain(value, Place.root(new Problems()), 0);
    }

    static Map<String, @Nullable Object> ofRecord(Record value) {
        return fields(value, Place.root(new Problems()), 0);
    }

    private static @Nullable Object plain(@Nullable Object value, Place place, int depth) {
        if (depth > DEEPEST) {
            throw invalid(place, "is nested deeper than " + DEEPEST + " levels");
        }
        if (value == null || value instanceof String || value instanceof Boolean || isWhole(value)) {
            return value;
        }
        if (value instanceof Double || value instanceof Float) {
            if (!Double.isFinite(((Number) value).doubleValue())) {
                throw invalid(place, value + " is no JSON number");
            }
            return value;
        }
        if (value instanceof Record row) {
            return fields(row, place, depth);
        }
        if (value instanceof Map<?, ?> map) {
            return entries(map, place, depth);
        }
        if (value instanceof Iterable<?> list) {
            return elements(list, place, depth);
        }
        if (value.getClass().isArray()) {
            return elements(asList(value), place, depth);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (isText(value)) {
            return value.toString();
        }
        if (isOptional(value)) {
            return plain(content(value), place, depth);
        }
        throw invalid(place, "a " + value.getClass().getName() + " is no JSON value");
    }

    private static Map<String, @Nullable Object> fields(Record value, Place place, int depth) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        ACCESSORS.get(value.getClass()).forEach((name, accessor) -> {
            Place here = place.property(name);
            Object field = plain(called(accessor, value, here), here, depth + 1);
            if (field != null) {
                fields.put(name, field);
            }
        });
        return Collections.unmodifiableMap(fields);
    }

    private static @Nullable Object called(Method accessor, Record value, Place place) {
        try {
            return accessor.invoke(value);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            Throwable thrown = e.getCause() == null ? e : e.getCause();
            throw invalid(place, "its accessor failed with " + thrown.getClass().getName(), thrown);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("an accessor that cannot be called", e);
        }
    }

    private static Map<String, @Nullable Object> entries(Map<?, ?> map, Place place, int depth) {
        boolean sorted = map.getClass() == MAP_OF || map.getClass() == HashMap.class;
        Map<String, @Nullable Object> entries = sorted ? new TreeMap<>() : new LinkedHashMap<>();
        map.forEach((key, field) -> {
            if (!(key instanceof String) && !(key instanceof Enum<?>) && !isText(key) && !isWhole(key)) {
                throw invalid(
                        place,
                        "a key must be text, not a "
                                + (key == null ? "null" : key.getClass().getName()));
            }
            String name = key instanceof Enum<?> constant ? constant.name() : key.toString();
            entries.put(name, plain(field, place.property(name), depth + 1));
        });
        return Collections.unmodifiableMap(entries);
    }

    private static List<@Nullable Object> elements(Iterable<?> list, Place place, int depth) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (Object element : list) {
            elements.add(plain(element, place.element(elements.size()), depth + 1));
        }
        return Collections.unmodifiableList(elements);
    }

    private static List<@Nullable Object> asList(Object array) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            elements.add(Array.get(array, i));
        }
        return elements;
    }

    private static boolean isWhole(@Nullable Object value) {
        return value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger
                || value instanceof BigDecimal;
    }

    /** Their own text is what {@link RecordType#read} takes. */
    private static boolean isText(@Nullable Object value) {
        return value instanceof CharSequence
                || value instanceof Character
                || value instanceof TemporalAccessor
                || value instanceof TemporalAmount
                || value instanceof UUID
                || value instanceof URI;
    }

    private static boolean isOptional(Object value) {
        return value instanceof Optional<?>
                || value instanceof OptionalInt
                || value instanceof OptionalLong
                || value instanceof OptionalDouble;
    }

    private static @Nullable Object content(Object optional) {
        if (optional instanceof OptionalInt number) {
            return number.isPresent() ? number.getAsInt() : null;
        }
        if (optional instanceof OptionalLong number) {
            return number.isPresent() ? number.getAsLong() : null;
        }
        if (optional instanceof OptionalDouble number) {
            return number.isPresent() ? number.getAsDouble() : null;
        }
        return optional instanceof Optional<?> any ? any.orElse(null) : null;
    }

    private static LlmException invalid(Place place, String sentence) {
        return invalid(place, sentence, null);
    }

    /** The message names no more than classes and places: a model may read it. */
    private static LlmException invalid(Place place, String sentence, @Nullable Throwable cause) {
        String path = place.path();
        return LlmException.builder(
                        LlmException.Kind.INVALID_REQUEST, (path.isEmpty() ? "" : path + ": ") + sentence + ".")
                .cause(cause)
                .build();
    }
}
