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
        if (!(value instanceof String text)) {
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
        if (pattern != null) {
            switch (pattern.find(text)) {
                case ABSENT ->
                    place.problem("must match the pattern " + pattern.source() + ", but is " + Place.quoted(text));
                case TOO_LONG -> place.problem("is too long to be checked against its pattern");
                case FOUND -> {}
            }
        }
    }
}
