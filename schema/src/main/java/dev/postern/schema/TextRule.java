package dev.postern.schema;

import org.jspecify.annotations.Nullable;

/**
 * {@code minLength}, {@code maxLength} and {@code pattern}.
 *
 * @param least the minimum number of code points
 * @param most the maximum number of code points
 * @param pattern the pattern; null if there is none or it is unsupported
 */
record TextRule(long least, long most, @Nullable TextPattern pattern) implements Rule {

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath place) {
        if (!(value instanceof String text) || !check.spend(text.length() / 16)) {
            return;
        }
        int length = text.codePointCount(0, text.length());
        if (length < least) {
            place.problem("must have at least " + least + " characters, but has " + length);
        }
        if (length > most) {
            place.problem("must have at most " + most + " characters, but has " + length);
            return;
        }
        if (pattern != null && pattern.find(text, check) == TextPattern.Outcome.ABSENT) {
            place.problem("must match the pattern " + pattern.source() + ", but is " + ValuePath.quoted(text));
        }
    }
}
