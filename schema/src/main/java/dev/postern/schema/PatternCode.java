package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;

/** A regular expression as a list of steps; {@link TextPattern} follows all ways through them. */
final class PatternCode {
    /** Counted repetitions are written out, so this bounds them. */
    private static final int LARGEST = 20_000;

    /** What a step does. */
    enum Kind {
        /** Takes one character of a kind. */
        TAKE,
        /** Goes on if the place in the text is right. */
        ASSERT,
        /** Goes on at two places. */
        SPLIT,
        /** The pattern matches. */
        MATCH
    }

    /** Where in a text a pattern may be. */
    enum Edge {
        START,
        END,
        WORD,
        NO_WORD
    }

    private record Step(Kind kind, CharacterSet takes, Edge edge, int first, int second) {}

    private static final CharacterSet NOTHING = CharacterSet.ranges();

    private final List<Step> steps = new ArrayList<>();

    /** The pattern has more steps than are made of one. */
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

    /** How much more work than one step it is to look whether a character is taken. */
    int cost(int at) {
        return steps.get(at).takes().cost();
    }

    boolean holds(int at, String text, int index) {
        return switch (steps.get(at).edge()) {
            case START -> index == 0;
            case END -> index == text.length();
            case WORD -> isBoundary(text, index);
            case NO_WORD -> !isBoundary(text, index);
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
        add(new Step(Kind.TAKE, characters, Edge.START, 0, 0));
    }

    void at(Edge edge) {
        add(new Step(Kind.ASSERT, NOTHING, edge, 0, 0));
    }

    void match() {
        add(new Step(Kind.MATCH, NOTHING, Edge.START, 0, 0));
    }

    /** A fork whose ends are set later. */
    int fork() {
        add(new Step(Kind.SPLIT, NOTHING, Edge.START, 0, 0));
        return steps.size() - 1;
    }

    /** Sets where a fork leads; twice the same place for a mere jump. */
    void lead(int fork, int first, int second) {
        steps.set(fork, new Step(Kind.SPLIT, NOTHING, Edge.START, first, second));
    }

    private void add(Step step) {
        if (steps.size() >= LARGEST) {
            throw new TooLarge();
        }
        steps.add(step);
    }
}
