package dev.postern.schema;

import org.jspecify.annotations.Nullable;

/**
 * A regular expression with bounded time. It simulates an NFA: all states advance together, one character at a time, so the
 * time is at most the size of the pattern times the length of the text. {@link java.util.regex} backtracks, which can take
 * exponential time.
 */
final class TextPattern {
    /** The allocation of the state sets costs one step for this number of states. */
    private static final int STATES_PER_STEP = 8;

    /** The result of a search. */
    enum Outcome {
        FOUND,
        ABSENT,
        /** The budget was spent. */
        UNCHECKED
    }

    private final String source;
    private final PatternCode code;

    private TextPattern(String source, PatternCode code) {
        this.source = source;
        this.code = code;
    }

    /**
     * Reads a pattern; null if it is unsupported or too large.
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
    Outcome find(String text, CheckContext check) {
        if (!check.spend(1L + code.size() / STATES_PER_STEP)) {
            return Outcome.UNCHECKED;
        }
        ActiveStates now = new ActiveStates(code, text);
        ActiveStates next = new ActiveStates(code, text);
        int at = 0;
        while (true) {
            if (now.add(0, at)) { // a match can start at each position
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
                int state = now.state(i);
                if (code.takes(state, point) && next.add(state + 1, at)) {
                    return Outcome.FOUND;
                }
            }
            ActiveStates spent = now;
            now = next;
            next = spent;
        }
    }
}
