package dev.postern.schema;

import org.jspecify.annotations.Nullable;

/**
 * {@code minLength}, {@code maxLength} and {@code pattern}.
 *
 * @param least the fewest characters (code points)
 * @param most the most of them
 * @param pattern what the text must contain, if that is checked
 */
record TextRule(long least, long most, @Nullable TextPattern pattern) implements Rule {

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
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
            place.problem("must match the pattern " + pattern.source() + ", but is " + Place.quoted(text));
        }
    }
}
