package dev.postern.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Numbers with a fraction or an exponent, without losing digits. */
final class JsonNumbers {
    /** The number of significant digits that a double always keeps, and a point. */
    private static final int SHORT = 16;

    private static final int MAX_LENGTH = 1000;
    private static final double EXACT = 0x1p53;

    /** Less than the largest exponent of {@link BigDecimal} on any JDK: 17 and 25 differ slightly. */
    private static final int MOST_SCALE = 2_000_000_000;

    private JsonNumbers() {}

    /**
     * A number as it is written: a {@link Double} if that keeps its digits, else a {@link BigDecimal}; null if its
     * exponent is beyond 2,000,000,000. The zero at the end of 19.90 is one of its digits.
     */
    static @Nullable Number decimal(String text) {
        double value = Double.parseDouble(text);
        boolean padded = isPadded(text);
        if (!padded && text.length() <= SHORT && value != 0 && Double.isFinite(value)) {
            return value;
        }
        BigDecimal exact;
        try {
            exact = new BigDecimal(text);
        } catch (NumberFormatException e) {
            return null;
        }
        if (Math.abs((long) exact.scale()) > MOST_SCALE) {
            return null;
        }
        if (value == 0 && exact.signum() == 0 && (!padded || text.startsWith("-"))) {
            return value; // also for 0e99999, and for -0.00, because a decimal has no negative zero
        }
        boolean kept = !padded
                && Double.isFinite(value)
                && value != 0
                && BigDecimal.valueOf(value).compareTo(exact) == 0;
        return kept ? (Number) value : exact;
    }

    /** Whether a zero ends the fraction, other than that of 3.0, which a double shows, too. */
    private static boolean isPadded(String text) {
        int length = text.length();
        int point = text.charAt(length - 1) == '0' ? text.indexOf('.') : -1;
        return point >= 0 && point < length - 2 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
    }

    /** The whole part of a number; {@code absent} if the text is not a number, or the number is too large. */
    static long whole(String text, long absent) {
        if (text.length() > MAX_LENGTH) {
            return absent;
        }
        try {
            double value = Double.parseDouble(text);
            if (Math.abs(value) < EXACT) {
                return (long) value;
            }
            return Math.abs(value) <= 0x1p63 ? whole(new BigDecimal(text.trim()), absent) : absent; // also for NaN
        } catch (NumberFormatException e) {
            return absent;
        }
    }

    /** The whole part of a number; {@code absent} if that is too large. */
    static long whole(Number number, long absent) {
        if (number instanceof BigDecimal decimal) {
            long digits = (long) decimal.precision() - decimal.scale(); // before the point
            return digits > 20 ? absent : digits <= 0 ? 0 : whole(decimal.toBigInteger(), absent);
        }
        if (number instanceof BigInteger integer) {
            return integer.bitLength() < Long.SIZE ? integer.longValue() : absent;
        }
        if (number instanceof Double || number instanceof Float) {
            double value = number.doubleValue();
            return Math.abs(value) < 0x1p63 ? (long) value : absent;
        }
        return number.longValue();
    }
}
