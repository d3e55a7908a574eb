package dev.postern.schema;

/** The set of active NFA states of a {@link PatternCode}: the steps that wait for a character. */
final class ActiveStates {
    private final PatternCode code;
    private final String text;
    private final int[] states;
    private final int[] stack;
    /** The round in which a state was last added, so that the set can be cleared without a loop. */
    private final int[] seen;

    private int round = 1;
    private int count;
    private int steps;

    ActiveStates(PatternCode code, String text) {
        this.code = code;
        this.text = text;
        states = new int[code.size()];
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

    int state(int index) {
        return states[index];
    }

    /** The cost of this round, in steps. */
    int steps() {
        return steps + 1;
    }

    /** Adds all states that are reachable from this step without a character; true if the pattern matches. */
    boolean add(int start, int at) {
        int top = 0;
        stack[top++] = start;
        while (top > 0) {
            int state = stack[--top];
            if (seen[state] == round) {
                continue;
            }
            seen[state] = round;
            steps++;
            switch (code.kind(state)) {
                case MATCH -> {
                    return true;
                }
                case TAKE -> {
                    states[count++] = state;
                    steps += code.cost(state);
                }
                case ASSERT -> {
                    if (code.holds(state, text, at)) {
                        stack[top++] = state + 1;
                    }
                }
                case SPLIT -> {
                    stack[top++] = code.second(state);
                    stack[top++] = code.first(state);
                }
            }
        }
        return false;
    }
}
