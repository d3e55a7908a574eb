package dev.postern.schema;

/** The places in a pattern where a character is awaited, each once. */
final class PatternWays {
    private final PatternCode code;
    private final String text;
    private final int[] places;
    private final int[] stack;
    /** The round in which a place was last seen, so that nothing is to be wiped between rounds. */
    private final int[] seen;

    private int round = 1;
    private int count;
    private int steps;

    PatternWays(PatternCode code, String text) {
        this.code = code;
        this.text = text;
        places = new int[code.size()];
        stack = new int[2 * code.size() + 2];
        seen = new int[code.size()];
    }

    void clear() {
        count = 0;
        steps = 0;
        round++;
    }

    int count() {
        return count;
    }

    int place(int index) {
        return places[index];
    }

    /** How much work this round is. */
    int steps() {
        return steps + 1;
    }

    /** Follows the pattern from here to all places that await a character; true if it reaches the end. */
    boolean add(int start, int at) {
        int top = 0;
        stack[top++] = start;
        while (top > 0) {
            int place = stack[--top];
            if (seen[place] == round) {
                continue;
            }
            seen[place] = round;
            steps++;
            switch (code.kind(place)) {
                case MATCH -> {
                    return true;
                }
                case TAKE -> {
                    places[count++] = place;
                    steps += code.cost(place);
                }
                case ASSERT -> {
                    if (code.holds(place, text, at)) {
                        stack[top++] = place + 1;
                    }
                }
                case SPLIT -> {
                    stack[top++] = code.second(place);
                    stack[top++] = code.first(place);
                }
            }
        }
        return false;
    }
}
