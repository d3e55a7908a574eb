package dev.postern.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One check of one value: how much work it may still do, and whether something was left out. The work grows with the size of
 * the value, so that a schema without alternatives is always checked whole; what is beyond it is not checked.
 */
final class Check {
    /** A step takes some nanoseconds: a look at a rule, or at one way of a pattern. */
    private static final long LEAST_STEPS = 2_000_000;

    private static final int STEPS_PER_VALUE = 30;
    private static final int STEPS_APART = 10;
    private static final int CHARACTERS_PER_VALUE = 4;
    /** Beyond this a value gets no more steps. */
    private static final int MOST_VALUES = 2_000_000;
    /** Deeper than JSON is read, with some references and alternatives at each level. */
    private static final int DEEPEST = 400;

    private long left;
    private boolean unchecked;
    /** The schemas that are being checked, each with its value. */
    private final List<Level> levels = new ArrayList<>();

    /** What keywords have said of the value that is being checked; null if nobody asks. */
    private @Nullable Evaluated evaluated;

    /** For each check that is interrupted by one apart, whether it has left something out. */
    private final Deque<Boolean> omissions = new ArrayDeque<>();

    private record Level(SchemaNode schema, @Nullable Object value) {}

    Check(@Nullable Object value) {
        left = LEAST_STEPS + (long) STEPS_PER_VALUE * size(value, 0, 0);
    }

    private static int size(@Nullable Object value, int before, int depth) {
        int size = before + 1;
        if (size >= MOST_VALUES || depth > DEEPEST) {
            return before;
        }
        if (value instanceof String text) {
            return Math.min(MOST_VALUES, size + text.length() / CHARACTERS_PER_VALUE);
        }
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                size = size(entry.getKey(), size, depth + 1);
                size = size(entry.getValue(), size, depth + 1);
            }
        } else if (value instanceof Collection<?> list) {
            for (Object element : list) {
                size = size(element, size, depth + 1);
            }
        }
        return size;
    }

    /** What keywords have said of the value that is being checked; null if nobody asks. */
    @Nullable
    Evaluated evaluated() {
        return evaluated;
    }

    void evaluated(@Nullable Evaluated now) {
        evaluated = now;
    }

    /** The schema of the outermost resource among those that are being checked; null if none of them has one. */
    @Nullable
    SchemaNode outermost(IdentityHashMap<SchemaResource, SchemaNode> targets) {
        spend(levels.size() / 4);
        for (Level level : levels) {
            SchemaNode target = targets.get(level.schema().resource());
            if (target != null) {
                return target;
            }
        }
        return null;
    }

    /** Notes that something was not checked. */
    void unchecked() {
        unchecked = true;
    }

    /** Whether so many more levels are too deep; notes that something was not checked if so. */
    boolean isTooDeep(int more) {
        boolean deep = levels.size() + more > DEEPEST;
        unchecked |= deep;
        return deep;
    }

    /** Whether no work is left; notes that something was not checked if so. */
    boolean isSpent() {
        unchecked |= left == 0;
        return left == 0;
    }

    /** Whether that much work may still be done; notes that it was not checked if not. */
    boolean spend(long steps) {
        left -= steps;
        if (left < 0) {
            left = 0;
            unchecked = true;
            return false;
        }
        return true;
    }

    /**
     * Begins with a schema; false if it is not to be checked: the value is too deep or there is no work left, or a reference
     * leads back to the schema without going into the value.
     */
    boolean enter(SchemaNode schema, @Nullable Object value) {
        if (!spend(1L + schema.rules().size()) || isTooDeep(1) || isWithin(schema, value)) {
            unchecked = true;
            return false;
        }
        levels.add(new Level(schema, value));
        return true;
    }

    private boolean isWithin(SchemaNode schema, @Nullable Object value) {
        int looks = 0;
        for (int i = levels.size() - 1; i >= 0 && levels.get(i).value() == value; i--) {
            if (levels.get(i).schema() == schema) {
                return true;
            }
            looks++;
        }
        return !spend(looks / 4);
    }

    void leave() {
        levels.remove(levels.size() - 1);
    }

    /** Begins a check apart, whose problems and omissions count by themselves; false if there is no work left for it. */
    boolean beginApart() {
        if (!spend(STEPS_APART)) {
            return false;
        }
        omissions.addLast(unchecked);
        unchecked = false;
        return true;
    }

    /** Ends it. */
    Fit endApart(Problems apart) {
        Fit fit = apart.count() > 0 ? Fit.NO : unchecked ? Fit.UNKNOWN : Fit.YES;
        unchecked = omissions.removeLast();
        return fit;
    }
}
