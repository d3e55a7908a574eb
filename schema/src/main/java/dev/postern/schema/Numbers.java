package dev.postern.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads numbers as models write them: also as text that is exactly a JSON number. */
final class Numbers {
    /** The limit of the JSON reader; arithmetic with more digits is expensive. */
    private static final int MAX_DIGITS = 1000;

    private static final Pattern JSON_NUMBER =
            Pattern.compile("-?[0-9]{1,1000}(\\.[0-9]{1,1000})?([eE][+-]?[0-9]{1,4})?");

    private Numbers() {}

    /** The number, also from text; null for all other values. */
    static @Nullable BigDecimal decimal(@Nullable Object json) {
        if (json instanceof Number number) {
            return exact(number);
        }
        if (json instanceof String text && text.length() <= 2 * MAX_DIGITS) {
            String trimmed = text.strip();
            return JSON_NUMBER.matcher(trimmed).matches() ? new BigDecimal(trimmed) : null;
        }
        return null;
    }

    /** The exact value; null for a number that is not finite. */
    static @Nullable BigDecimal exact(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (number instanceof Double || number instanceof Float) {
            return Double.isFinite(number.doubleValue()) ? new BigDecimal(number.toString()) : null;
        }
        return BigDecimal.valueOf(number.longValue());
    }

    /** Whether the number has no fraction; cheap even with a large exponent. */
    static boolean isWhole(BigDecimal number) {
        return number.signum() == 0
                || number.scale() <= 0
                || number.stripTrailingZeros().scale() <= 0;
    }

    /** Whether arithmetic with the number is cheap; {@code 1E+999999999} is short but expensive. */
    static boolean isBounded(BigDecimal number) {
        return Math.abs((long) number.scale()) <= MAX_DIGITS && number.precision() <= 2 * MAX_DIGITS;
    }
}
