package dev.postern.schema;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that cannot hang: all its ways are followed at once, one character after the other, so the time is
 * the size of the pattern times the length of the text. The JDK's own tries one way after the other, and of those there
 * may be more than anybody can wait for.
 */
final class TextPattern {
    /** About a second of work. */
    private static final long MOST_STEPS = 20_000_000;

    /** What a search found. */
    enum Outcome {
        FOUND,
        ABSENT,
        TOO_LONG
    }

    private final String source;
    private final PatternCode code;

    private TextPattern(String source, PatternCode code) {
        this.source = source;
        this.code = code;
    }

    /**
     * Reads a pattern; null if it uses what cannot be matched in bounded time.
     *
     * @throws IllegalArgumentException if it is broken, or too large
     */
    static @Nullable TextPattern of(String source) {
        PatternCode code = new PatternReader(source).read();
        return code == null ? null : new TextPattern(source, code);
    }

    String source() {
        return source;
    }

    /** Whether any part of the text matches. */
    Outcome find(String text) {
        if ((long) code.size() * (text.length() + 1L) > MOST_STEPS) {
            return Outcome.TOO_LONG;
        }
        Ways now = new Ways(code.size());
        Ways next = new Ways(code.size());
        int at = 0;
        while (true) {
            if (now.add(code, 0, text, at)) { // a match may begin anywhere
                return Outcome.FOUND;
            }
            if (at == text.length()) {
                return Outcome.ABSENT;
            }
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            for (int i = 0; i < now.count; i++) {
                int pc = now.list[i];
                if (code.takes(pc, point) && next.add(code, pc + 1, text, at)) {
                    return Outcome.FOUND;
                }
            }
            Ways spent = now;
            now = next;
            next = spent;
            next.clear();
        }
    }

    /** The places in the code where a character is awaited, each once. */
    private static final class Ways {
        private final int[] list;
        private final int[] stack;
        private final boolean[] seen;
        private int count;

        Ways(int size) {
            list = new int[size];
            stack = new int[2 * size + 2];
            seen = new boolean[size];
        }

        void clear() {
            count = 0;
            Arrays.fill(seen, false);
        }

        /** Follows the code from here to all places that await a character; true if it reaches the end. */
        boolean add(PatternCode code, int start, String text, int at) {
            int top = 0;
            stack[top++] = start;
            while (top > 0) {
                int pc = stack[--top];
                if (seen[pc]) {
                    continue;
                }
                seen[pc] = true;
                switch (code.kind(pc)) {
                    case MATCH -> {
                        return true;
                    }
                    case TAKE -> list[count++] = pc;
                    case ASSERT -> {
                        if (code.holds(pc, text, at)) {
                            stack[top++] = pc + 1;
                        }
                    }
                    case SPLIT -> {
                        stack[top++] = code.second(pc);
                        stack[top++] = code.first(pc);
                    }
                }
            }
            return false;
        }
    }
}
