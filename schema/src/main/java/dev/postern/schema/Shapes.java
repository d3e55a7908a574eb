package dev.postern.schema;

import dev.postern.LlmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Finds the shapes of the types in one record. */
final class Shapes {
    /** Bounds the nesting of generic records, which can be infinite. */
    private static final int MAX_DEPTH = 50;

    /** The enclosing records, to detect recursion. */
    private final List<JavaType> within = new ArrayList<>();

    RecordShape record(JavaType type) {
        if (within.contains(type) || within.size() == MAX_DEPTH) {
            throw failure(type + " contains itself through " + within
                    + "; some backends refuse recursive schemas, so use a Map or Object for the inner record");
        }
        within.add(type);
        RecordShape shape = RecordShape.of(type, this);
        within.remove(within.size() - 1);
        return shape;
    }

    /** The shape of the type of a component or an element. */
    Shape of(JavaType type, String where) {
        Class<?> raw = type.raw();
        Shape scalar = Scalars.of(raw);
        if (scalar != null) {
            return scalar;
        }
        if (raw == Object.class) {
            return AnyShape.ANY;
        }
        if (raw.isEnum()) {
            return enumeration(raw, "", where);
        }
        if (raw.isRecord()) {
            return record(type);
        }
        if (raw.isArray() || raw == List.class || raw == Set.class || raw == Collection.class) {
            return new ListShape(raw, of(type.argument(0), where));
        }
        if (raw == Map.class) {
            Class<?> key = type.argument(0).raw();
            if (key != String.class && !type.arguments().isEmpty()) {
                throw failure(
                        where + ": the keys of a JSON object are strings, so use Map<String, …> instead of " + type);
            }
            return new MapShape(of(type.argument(1), where));
        }
        throw failure(where + ": " + unsupported(type));
    }

    /** {@code component} is the description of the component; can be empty. */
    static Shape enumeration(Class<?> type, String component, String where) {
        if (type.getEnumConstants().length == 0) {
            throw failure(where + ": the enum " + type.getSimpleName() + " has no constants, so no value is valid");
        }
        return new EnumShape(type, component);
    }

    private static String unsupported(JavaType type) {
        Class<?> raw = type.raw();
        if (raw == Optional.class
                || raw == OptionalInt.class
                || raw == OptionalLong.class
                || raw == OptionalDouble.class) {
            return type + " is supported only as the type of a component, not inside another type";
        }
        if (Collection.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw)) {
            return "use List, Set or Map instead of " + type;
        }
        return type
                + " has no JSON form; use text, numbers, booleans, enums, times, records, or lists and maps"
                + " of them";
    }

    static LlmException failure(String sentence) {
        return new LlmException(LlmException.Kind.CONFIGURATION, sentence + ".");
    }
}
