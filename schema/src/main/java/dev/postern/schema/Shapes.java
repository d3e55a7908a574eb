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

/** Finds the shape of a type. Belongs to one description of one record. */
final class Shapes {
    /** Deep enough for every schema in use, and an end for generic records that contain ever larger ones. */
    private static final int DEEPEST = 50;

    /** The records that we are inside of, to find those that contain themselves. */
    private final List<JavaType> within = new ArrayList<>();

    RecordShape record(JavaType type) {
        if (within.contains(type) || within.size() == DEEPEST) {
            throw failure(type + " contains itself by way of " + within
                    + "; not every backend takes a recursive schema, so use a Map or Object for the inner one");
        }
        within.add(type);
        RecordShape shape = RecordShape.of(type, this);
        within.remove(within.size() - 1);
        return shape;
    }

    /** The shape of a component's type, or of an element's. */
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
                throw failure(where + ": the keys of a JSON object are text, so use Map<String, …> instead of " + type);
            }
            return new MapShape(of(type.argument(1), where));
        }
        throw failure(where + ": " + unfit(type));
    }

    /** {@code component} is what the component says of it. */
    static Shape enumeration(Class<?> type, String component, String where) {
        if (type.getEnumConstants().length == 0) {
            throw failure(where + ": the enum " + type.getSimpleName() + " has no constants, so no value fits it");
        }
        return new EnumShape(type, component);
    }

    private static String unfit(JavaType type) {
        Class<?> raw = type.raw();
        if (raw == Optional.class
                || raw == OptionalInt.class
                || raw == OptionalLong.class
                || raw == OptionalDouble.class) {
            return type + " has a meaning only as the type of a component, not inside of another type";
        }
        if (Collection.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw)) {
            return "use List, Set or Map instead of " + type;
        }
        return type
                + " cannot be described as JSON; use text, numbers, booleans, enums, times, records, or lists and maps"
                + " of them";
    }

    static LlmException failure(String sentence) {
        return new LlmException(LlmException.Kind.CONFIGURATION, sentence + ".");
    }
}
