package dev.postern.agent;

import dev.postern.LlmException;

/** Checks that every store, a database too, can hold a name or a text. */
final class Validation {
    /** The longest name, in characters. An index key of several such names fits the limits of databases. */
    static final int LONGEST = 255;

    private Validation() {}

    /** Refuses a name that is empty, too long or contains control characters, because names appear in logs and URLs. */
    static void check(String field, String name) {
        if (name.isEmpty()) {
            throw refused(field, "must not be empty");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw refused(field, "must not contain control characters");
        }
        checkText(field, name, LONGEST);
    }

    /** Refuses a text with U+0000 or an unpaired surrogate, or with more than {@code longest} characters. */
    static void checkText(String field, String text, int longest) {
        if (text.length() > longest) {
            throw refused(field, "has " + text.length() + " characters, but may have at most " + longest);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                throw refused(
                        field, "contains U+" + String.format("%04X", (int) c) + ", which is not a valid character");
            }
        }
    }

    static LlmException refused(String field, String reason) {
        return new LlmException(LlmException.Kind.INVALID_REQUEST, field + ": " + reason + ".");
    }

    /** Checks a count in a call. */
    static int atLeastZero(String field, int count) {
        if (count < 0) {
            throw refused(field, "must be at least 0, but is " + count);
        }
        return count;
    }

    /** Checks a bound in a configuration. */
    static <N extends Number> N positive(String option, N bound) {
        if (bound.longValue() < 1) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION, option + ": must be at least 1, but is " + bound + ".");
        }
        return bound;
    }
}
