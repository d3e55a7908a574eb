package dev.postern.schema;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A bound of a number, or {@code multipleOf}.
 *
 * @param keyword the keyword
 * @param operand the value of the keyword
 */
record NumberRule(Keyword keyword, BigDecimal operand) implements Rule {

    /** The keywords for numbers, with their text in problems. */
    enum Keyword {
        EXCLUSIVE_MINIMUM("exclusiveMinimum", "more than"),
        EXCLUSIVE_MAXIMUM("exclusiveMaximum", "less than"),
        MINIMUM("minimum", "at least"),
        MAXIMUM("maximum", "at most"),
        MULTIPLE_OF("multipleOf", "a multiple of");

        private final String word;
        private final String expected;

        Keyword(String word, String expected) {
            this.word = word;
            this.expected = expected;
        }

        String word() {
            return word;
        }

        /** The exclusive form of this keyword, which draft 4 selects with a flag; null if there is none. */
        @Nullable
        Keyword exclusive() {
            return this == MINIMUM ? EXCLUSIVE_MINIMUM : this == MAXIMUM ? EXCLUSIVE_MAXIMUM : null;
        }

        boolean isExclusive() {
            return this == EXCLUSIVE_MINIMUM || this == EXCLUSIVE_MAXIMUM;
        }
    }

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        BigDecimal number = value instanceof Number any ? Numbers.exact(any) : null;
        if (number == null) {
            return;
        }
        if (keyword == Keyword.MULTIPLE_OF && !(Numbers.isBounded(number) && Numbers.isBounded(operand))) {
            check.unchecked(); // the division would be expensive
        } else if (!holds(number)) {
            path.mismatch(keyword.expected + " " + operand, value);
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
