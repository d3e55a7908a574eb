package dev.postern.agent;

import dev.postern.LlmException;

/** What every store can keep, a database too, is let in; the rest is refused before it reaches one. */
final class Names {
    /** Characters of a name at most; a key of several such names still fits the indexes of databases. */
    static final int LONGEST = 255;

    private Names() {}

    /** A name that shows in logs and addresses: not empty, not long, nothing that cannot be seen. */
    static void check(String field, String name) {
        if (name.isEmpty()) {
            throw refused(field, "must not be empty");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw refused(field, "must not hold control characters");
        }
        checkText(field, name, LONGEST);
    }

    /** Text that a database takes: no U+0000, no half of a surrogate pair, not longer than {@code longest}. */
    static void checkText(String field, String text, int longest) {
        if (text.length() > longest) {
            throw refused(field, "has " + text.length() + " characters, but may have at most " + longest);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                throw refused(field, "holds U+" + String.format("%04X", (int) c) + ", which is no character");
            }
        }
    }

    static LlmException refused(String field, String reason) {
        return new LlmException(LlmException.Kind.INVALID_REQUEST, field + ": " + reason + ".");
    }

    /** A count that a caller gave. */
    static int atLeastZero(String field, int count) {
        if (count < 0) {
            throw refused(field, "must be at least 0, but is " + count);
        }
        return count;
    }

    /** A bound that an application set. */
    static <N extends Number> N positive(String option, N bound) {
        if (bound.longValue() < 1) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION, option + ": must be at least 1, but is " + bound + ".");
        }
        return bound;
    }
}
