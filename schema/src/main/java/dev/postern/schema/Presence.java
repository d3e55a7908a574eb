package dev.postern.schema;

import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Whether a component is required, and the Java value if it is absent. */
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
        return nullable && !type.isPrimitive() ? NULLABLE : REQUIRED; // a primitive cannot be null
    }

    /** Compares the simple name, since many libraries have such an annotation. */
    private static boolean isNullable(Annotation[] annotations) {
        for (Annotation annotation : annotations) {
            if (annotation.annotationType().getSimpleName().equals("Nullable")) {
                return true;
            }
        }
        return false;
    }

    /** The type of a present value. */
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

    /** The Java value of a present value; null after a reported problem stays null. */
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
