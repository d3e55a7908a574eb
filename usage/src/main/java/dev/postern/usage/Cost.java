package dev.postern.usage;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * An amount of money, exact to a billionth of its currency. A cost that is unknown is an empty {@code Optional}, not an amount of 0.
 *
 * @param nanos the amount in billionths of the currency, at least 0. {@link Long#MAX_VALUE} stands for that much or more
 * @param currency the name of the currency, such as {@code USD}
 */
public record Cost(long nanos, String currency) {
    private static final int DIGITS = 9;

    /** Refuses a negative amount and an empty name. */
    public Cost {
        Objects.requireNonNull(currency, "currency");
        if (nanos < 0 || currency.isBlank()) {
            throw new IllegalArgumentException(
                    "a cost has an amount of at least 0 and a currency: " + nanos + " '" + currency + "'");
        }
    }

    /**
     * An amount in decimal notation, such as {@code 12.50}, with at most nine digits after the point.
     *
     * @throws IllegalArgumentException if the text is not such a number
     */
    public static Cost of(String amount, String currency) {
        return new Cost(nanos(amount), currency);
    }

    /** Nothing. */
    public static Cost zero(String currency) {
        return new Cost(0, currency);
    }

    /**
     * The sum of both, at most {@link Long#MAX_VALUE} billionths.
     *
     * @throws IllegalArgumentException if the currencies differ
     */
    public Cost plus(Cost other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException(
                    "An amount in " + other.currency + " cannot be added to one in " + currency + ".");
        }
        return new Cost(sum(nanos, other.nanos), currency);
    }

    /** The amount in units of the currency. */
    public BigDecimal amount() {
        return BigDecimal.valueOf(nanos, DIGITS);
    }

    /** The amount without zeros at the end, and the currency: {@code 0.0125 USD}. */
    @Override
    public String toString() {
        return text(nanos) + " " + currency;
    }

    static String text(long nanos) {
        return nanos == 0
                ? "0"
                : BigDecimal.valueOf(nanos, DIGITS).stripTrailingZeros().toPlainString();
    }

    /** The sum of two amounts that are not negative; the largest number if it is larger. */
    static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    static long nanos(String amount) {
        try {
            long nanos = new BigDecimal(amount.strip()).movePointRight(DIGITS).longValueExact();
            if (nanos >= 0) {
                return nanos;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // as below
        }
        throw new IllegalArgumentException(
                "An amount is a number of at least 0 with at most nine digits after the point, not '" + amount + "'.");
    }
}
