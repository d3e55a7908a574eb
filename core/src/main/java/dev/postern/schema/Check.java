package dev.postern.schema;

/** Bounds one check of one value. */
final class Check {
    /** Schemas with alternatives of alternatives can make more work of a value than anybody waits for. */
    private static final int MOST_STEPS = 200_000;
    /** Deeper than JSON is read. A reference that leads back to itself without going into the value ends here. */
    private static final int DEEPEST = 400;

    private int steps;
    private int depth;

    /** Whether there is work left to spend; says so if not. */
    boolean enter(Place place) {
        if (depth >= DEEPEST) {
            place.problem("is nested too deeply to be checked");
            return false;
        }
        if (steps >= MOST_STEPS) {
            place.problem("is too much to be checked");
            return false;
        }
        steps++;
        depth++;
        return true;
    }

    void leave() {
        depth--;
    }
}
