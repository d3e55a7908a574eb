package dev.postern.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers as models write them: also as text, if that text is exactly a JSON number. */
final class Numbers {
    /** As many digits as the JSON reader takes; arithmetic with more is an attack, not a calculation. */
    private static final int MOST_DIGITS = 1000;

    private static final Pattern JSON_NUMBER =
            Pattern.compile("-?[0-9]{1,1000}(\\.[0-9]{1,1000})?([eE][+-]?[0-9]{1,4})?");

    private Numbers() {}

    /** A number, or text that is one; null for all else. */
    static @Nullable BigDecimal decimal(@Nullable Object json) {
        if (json instanceof Number number) {
            return exact(number);
        }
        if (json instanceof String text && text.length() <= 2 * MOST_DIGITS) {
            String trimmed = text.strip();
            return JSON_NUMBER.matcher(trimmed).matches() ? new BigDecimal(trimmed) : null;
        }
        return null;
    }

    /** The number's exact value; null for one that is not finite. */
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

    /** Whether the number has no fraction; a large exponent is no work here. */
    static boolean isWhole(BigDecimal number) {
        return number.signum() == 0
                || number.scale() <= 0
                || number.stripTrailingZeros().scale() <= 0;
    }

    /** Whether arithmetic with this number is cheap: {@code 1E+999999999} is short to write and long to work with. */
    static boolean isModest(BigDecimal number) {
        return Math.abs((long) number.scale()) <= MOST_DIGITS && number.precision() <= 2 * MOST_DIGITS;
    }
}
