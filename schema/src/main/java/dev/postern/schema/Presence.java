package dev.postern.schema;

import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Whether a component must be there, and what Java says in place of one that is not. */
enum Presence {
    REQUIRED,
    NULLABLE,
    OPTIONAL,
    OPTIONAL_INT,
    OPTIONAL_LONG,
    OPTIONAL_DOUBLE;

    static Presence of(RecordComponent component, Class<?> type) {
        if (type == Optional.class) {
            return OPTIONAL;
        }
        if (type == OptionalInt.class) {
            return OPTIONAL_INT;
        }
        if (type == OptionalLong.class) {
            return OPTIONAL_LONG;
        }
        if (type == OptionalDouble.class) {
            return OPTIONAL_DOUBLE;
        }
        boolean nullable = isNullable(component.getAnnotations())
                || isNullable(component.getAnnotatedType().getAnnotations());
        return nullable && !type.isPrimitive() ? NULLABLE : REQUIRED; // a primitive has no null
    }

    /** By its simple name: every library of annotations has one of its own. */
    private static boolean isNullable(Annotation[] annotations) {
        for (Annotation annotation : annotations) {
            if (annotation.annotationType().getSimpleName().equals("Nullable")) {
                return true;
            }
        }
        return false;
    }

    /** The type of the value, if it is there. */
    JavaType inner(JavaType declared) {
        return switch (this) {
            case REQUIRED, NULLABLE -> declared;
            case OPTIONAL -> declared.argument(0);
            case OPTIONAL_INT -> new JavaType(int.class, List.of());
            case OPTIONAL_LONG -> new JavaType(long.class, List.of());
            case OPTIONAL_DOUBLE -> new JavaType(double.class, List.of());
        };
    }

    @Nullable
    Object absent() {
        return switch (this) {
            case REQUIRED, NULLABLE -> null;
            case OPTIONAL -> Optional.empty();
            case OPTIONAL_INT -> OptionalInt.empty();
            case OPTIONAL_LONG -> OptionalLong.empty();
            case OPTIONAL_DOUBLE -> OptionalDouble.empty();
        };
    }

    /** A value that is there; null, after a problem, stays null. */
    @Nullable
    Object present(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (this) {
            case REQUIRED, NULLABLE -> value;
            case OPTIONAL -> Optional.of(value);
            case OPTIONAL_INT -> OptionalInt.of((Integer) value);
            case OPTIONAL_LONG -> OptionalLong.of((Long) value);
            case OPTIONAL_DOUBLE -> OptionalDouble.of((Double) value);
        };
    }
}
