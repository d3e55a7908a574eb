package dev.postern.schema;

import org.jspecify.annotations.Nullable;

/**
 * A regular expression that cannot hang: all its ways are followed at once, one character after the other, so the time is
 * at most the size of the pattern times the length of the text. The JDK's own tries one way after the other, and of those
 * there may be more than anybody can wait for.
 */
final class TextPattern {
    /** Making room for a search costs a step for so many places of the pattern. */
    private static final int PLACES_PER_STEP = 8;

    /** What a search found. */
    enum Outcome {
        FOUND,
        ABSENT,
        /** There was not enough work left for it. */
        UNCHECKED
    }

    private final String source;
    private final PatternCode code;

    private TextPattern(String source, PatternCode code) {
        this.source = source;
        this.code = code;
    }

    /**
     * Reads a pattern; null if it uses what cannot be matched here, or is too large.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static @Nullable TextPattern of(String source) {
        PatternCode code = new PatternReader(source).read();
        return code == null ? null : new TextPattern(source, code);
    }

    String source() {
        return source;
    }

    /** Whether any part of the text matches. */
    Outcome find(String text, Check check) {
        if (!check.spend(1L + code.size() / PLACES_PER_STEP)) {
            return Outcome.UNCHECKED;
        }
        PatternWays now = new PatternWays(code, text);
        PatternWays next = new PatternWays(code, text);
        int at = 0;
        while (true) {
            if (now.add(0, at)) { // a match may begin anywhere
                return Outcome.FOUND;
            }
            if (at == text.length()) {
                return Outcome.ABSENT;
            }
            if (!check.spend(now.steps())) {
                return Outcome.UNCHECKED;
            }
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            next.clear();
            for (int i = 0; i < now.count(); i++) {
                int place = now.place(i);
                if (code.takes(place, point) && next.add(place + 1, at)) {
                    return Outcome.FOUND;
                }
            }
            PatternWays spent = now;
            now = next;
            next = spent;
        }
    }
}
