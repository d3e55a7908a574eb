package dev.postern.schema;

import org.jspecify.annotations.Nullable;

/**
 * {@code minLength}, {@code maxLength} and {@code pattern}.
 *
 * @param minimum the minimum number of code points
 * @param maximum the maximum number of code points
 * @param pattern the pattern; null if there is none or it is unsupported
 */
record TextRule(long minimum, long maximum, @Nullable TextPattern pattern) implements Rule {

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        if (!(value instanceof String text) || !check.spend(text.length() / 16)) {
            return;
        }
        int length = text.codePointCount(0, text.length());
        if (length < minimum) {
            path.problem("must have at least " + minimum + " characters, but has " + length);
        }
        if (length > maximum) {
            path.problem("must have at most " + maximum + " characters, but has " + length);
            return;
        }
        if (pattern != null && pattern.find(text, check) == TextPattern.Outcome.ABSENT) {
            path.problem("must match the pattern " + pattern.source() + ", but is " + ValuePath.quoted(text));
        }
    }
}
