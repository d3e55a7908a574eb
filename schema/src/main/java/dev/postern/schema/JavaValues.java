package dev.postern.schema;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Recognises the types of the JDK that {@link PlainJson} converts: numbers, values with a text form, optionals, arrays. */
final class JavaValues {
    private JavaValues() {}

    /** Whether the value is a number of a type whose values all have an exact JSON form. */
    static boolean isExactNumber(@Nullable Object value) {
        return value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger
                || value instanceof BigDecimal;
    }

    /** Whether {@link RecordType#read} accepts the {@code toString} of the value. */
    static boolean isText(@Nullable Object value) {
        return value instanceof CharSequence
                || value instanceof Character
                || value instanceof TemporalAccessor
                || value instanceof TemporalAmount
                || value instanceof UUID
                || value instanceof URI
                || value instanceof Path;
    }

    static boolean isOptional(Object value) {
        return value instanceof Optional<?>
                || value instanceof OptionalInt
                || value instanceof OptionalLong
                || value instanceof OptionalDouble;
    }

    /** The content of an optional; null if it is empty. */
    static @Nullable Object content(Object optional) {
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

    /** The elements of an array. */
    static List<@Nullable Object> elements(Object array) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            elements.add(Array.get(array, i));
        }
        return elements;
    }
}
