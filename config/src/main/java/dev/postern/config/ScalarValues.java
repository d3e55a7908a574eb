package dev.postern.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads scalars of YAML and JSON as values. */
final class ScalarValues {
    private static final int MAX_DIGITS = 40;
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9]\\d*)");
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d{1,3})?");

    private ScalarValues() {}

    /**
     * A {@code Long}, {@code BigInteger} or {@code BigDecimal} if that prints exactly as the number is written, else the text
     * as it is written, because a key may look like a number: {@code 5520e12}. Settings read numbers from text too.
     */
    static Object number(String digits) {
        if (digits.length() > MAX_DIGITS || !NUMBER.matcher(digits).matches()) {
            return digits;
        }
        if (!INTEGER.matcher(digits).matches()) {
            BigDecimal number = new BigDecimal(digits);
            return number.toString().equals(digits) ? number : digits;
        }
        BigInteger number = new BigInteger(digits);
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    /** The value of a key without quotes, for an alias that repeats the key as a value. */
    static @Nullable Object plainKey(String key) {
        return switch (key) {
            case "", "~", "null" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> number(key);
        };
    }
}
