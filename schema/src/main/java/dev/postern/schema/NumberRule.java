package dev.postern.schema;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A bound of a number, or what it must be a multiple of.
 *
 * @param keyword which of them
 * @param operand the bound
 */
record NumberRule(Keyword keyword, BigDecimal operand) implements Rule {

    /** The keywords about numbers, and how a problem says them. */
    enum Keyword {
        EXCLUSIVE_MINIMUM("exclusiveMinimum", "more than"),
        EXCLUSIVE_MAXIMUM("exclusiveMaximum", "less than"),
        MINIMUM("minimum", "at least"),
        MAXIMUM("maximum", "at most"),
        MULTIPLE_OF("multipleOf", "a multiple of");

        private final String word;
        private final String wanted;

        Keyword(String word, String wanted) {
            this.word = word;
            this.wanted = wanted;
        }

        String word() {
            return word;
        }

        /** The keyword that draft 4 makes of this one by a flag. */
        @Nullable
        Keyword exclusive() {
            return this == MINIMUM ? EXCLUSIVE_MINIMUM : this == MAXIMUM ? EXCLUSIVE_MAXIMUM : null;
        }

        boolean isExclusive() {
            return this == EXCLUSIVE_MINIMUM || this == EXCLUSIVE_MAXIMUM;
        }
    }

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        BigDecimal number = value instanceof Number any ? Numbers.exact(any) : null;
        if (number == null) {
            return;
        }
        if (keyword == Keyword.MULTIPLE_OF && !(Numbers.isModest(number) && Numbers.isModest(operand))) {
            check.unchecked(); // short to write, and long to divide
        } else if (!holds(number)) {
            place.misfit(keyword.wanted + " " + operand, value);
        }
    }

    private boolean holds(BigDecimal number) {
        return switch (keyword) {
            case MINIMUM -> number.compareTo(operand) >= 0;
            case EXCLUSIVE_MINIMUM -> number.compareTo(operand) > 0;
            case MAXIMUM -> number.compareTo(operand) <= 0;
            case EXCLUSIVE_MAXIMUM -> number.compareTo(operand) < 0;
            case MULTIPLE_OF -> number.remainder(operand).signum() == 0;
        };
    }
}
