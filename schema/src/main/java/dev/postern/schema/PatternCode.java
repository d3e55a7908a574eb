package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;

/** A regular expression compiled to a list of steps for {@link TextPattern}. */
final class PatternCode {
    /** Bounds the expansion of counted repetitions. */
    private static final int MAX_STEPS = 20_000;

    /** The kind of a step. */
    enum Kind {
        /** Consumes one character of a set. */
        TAKE,
        /** Continues if the position in the text is right. */
        ASSERT,
        /** Continues at two steps. */
        SPLIT,
        /** The pattern matches. */
        MATCH
    }

    /** An assertion about the position in the text. */
    enum Assertion {
        START,
        END,
        WORD_BOUNDARY,
        NO_WORD_BOUNDARY
    }

    private record Step(Kind kind, CharacterSet takes, Assertion assertion, int first, int second) {}

    private static final CharacterSet NOTHING = CharacterSet.ranges();

    private final List<Step> steps = new ArrayList<>();

    /** The pattern exceeds the maximum number of steps. */
    static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TooLarge() {
            super("too large", null, false, false);
        }
    }

    int size() {
        return steps.size();
    }

    Kind kind(int at) {
        return steps.get(at).kind();
    }

    int first(int at) {
        return steps.get(at).first();
    }

    int second(int at) {
        return steps.get(at).second();
    }

    boolean takes(int at, int point) {
        return steps.get(at).takes().has(point);
    }

    /** The cost of a test for a character, in addition to one step. */
    int cost(int at) {
        return steps.get(at).takes().cost();
    }

    boolean holds(int at, String text, int index) {
        return switch (steps.get(at).assertion()) {
            case START -> index == 0;
            case END -> index == text.length();
            case WORD_BOUNDARY -> isBoundary(text, index);
            case NO_WORD_BOUNDARY -> !isBoundary(text, index);
        };
    }

    private static boolean isBoundary(String text, int index) {
        boolean before = index > 0 && isWord(text.charAt(index - 1));
        boolean after = index < text.length() && isWord(text.charAt(index));
        return before != after;
    }

    static boolean isWord(int point) {
        return (point >= 'a' && point <= 'z')
                || (point >= 'A' && point <= 'Z')
                || (point >= '0' && point <= '9')
                || point == '_';
    }

    void take(CharacterSet characters) {
        add(new Step(Kind.TAKE, characters, Assertion.START, 0, 0));
    }

    void at(Assertion assertion) {
        add(new Step(Kind.ASSERT, NOTHING, assertion, 0, 0));
    }

    void match() {
        add(new Step(Kind.MATCH, NOTHING, Assertion.START, 0, 0));
    }

    /** Adds a fork whose targets are set later. */
    int fork() {
        add(new Step(Kind.SPLIT, NOTHING, Assertion.START, 0, 0));
        return steps.size() - 1;
    }

    /** Sets the targets of a fork; equal targets make a jump. */
    void setTargets(int fork, int first, int second) {
        steps.set(fork, new Step(Kind.SPLIT, NOTHING, Assertion.START, first, second));
    }

    private void add(Step step) {
        if (steps.size() >= MAX_STEPS) {
            throw new TooLarge();
        }
        steps.add(step);
    }
}
