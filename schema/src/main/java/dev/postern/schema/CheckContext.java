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
 * The state of one check of a value: the remaining budget of steps, and whether a part was not checked. The budget grows with
 * the size of the value, so that a schema without alternatives is always checked completely.
 */
final class CheckContext {
    /** A step takes some nanoseconds: the evaluation of a rule, or of one state of a pattern. */
    private static final long MIN_STEPS = 2_000_000;

    private static final int STEPS_PER_VALUE = 30;
    private static final int STEPS_PER_ISOLATED_CHECK = 10;
    private static final int CHARACTERS_PER_VALUE = 4;
    /** The maximum number of values that add to the budget. */
    private static final int MAX_VALUES = 2_000_000;
    /** More than the depth limit of the JSON reader, with some references and alternatives at each level. */
    private static final int MAX_DEPTH = 400;

    private long left;
    private boolean unchecked;
    /** The schemas on the path of the check, each with its value. */
    private final List<Level> levels = new ArrayList<>();

    /** The evaluated properties or elements of the current value; null if no rule needs them. */
    private @Nullable Evaluated evaluated;

    /** The saved value of {@code unchecked} for each check around an isolated one. */
    private final Deque<Boolean> omissions = new ArrayDeque<>();

    private record Level(SchemaNode schema, @Nullable Object value) {}

    CheckContext(@Nullable Object value) {
        left = MIN_STEPS + (long) STEPS_PER_VALUE * size(value, 0, 0);
    }

    private static int size(@Nullable Object value, int before, int depth) {
        int size = before + 1;
        if (size >= MAX_VALUES || depth > MAX_DEPTH) {
            return before;
        }
        if (value instanceof String text) {
            return Math.min(MAX_VALUES, size + text.length() / CHARACTERS_PER_VALUE);
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

    /** The evaluated properties or elements of the current value; null if no rule needs them. */
    @Nullable
    Evaluated evaluated() {
        return evaluated;
    }

    void evaluated(@Nullable Evaluated now) {
        evaluated = now;
    }

    /** The target in the outermost resource on the path of the check; null if no resource has one. */
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

    /** Records that a part was not checked. */
    void unchecked() {
        unchecked = true;
    }

    /** Whether this number of further levels is too deep; if so, records that a part was not checked. */
    boolean isTooDeep(int more) {
        boolean deep = levels.size() + more > MAX_DEPTH;
        unchecked |= deep;
        return deep;
    }

    /** Whether the budget is spent; if so, records that a part was not checked. */
    boolean isSpent() {
        unchecked |= left == 0;
        return left == 0;
    }

    /** Takes steps from the budget; if it has too few, records that a part was not checked and returns false. */
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
     * Enters a schema. Returns false if it must not be checked: the value is too deep, the budget is spent, or a chain of
     * references leads back to the schema with the same value.
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
        int comparisons = 0;
        for (int i = levels.size() - 1; i >= 0 && levels.get(i).value() == value; i--) {
            if (levels.get(i).schema() == schema) {
                return true;
            }
            comparisons++;
        }
        return !spend(comparisons / 4);
    }

    void leave() {
        levels.remove(levels.size() - 1);
    }

    /** Starts an isolated check with its own problems and omissions; false if the budget is spent. */
    boolean beginIsolated() {
        if (!spend(STEPS_PER_ISOLATED_CHECK)) {
            return false;
        }
        omissions.addLast(unchecked);
        unchecked = false;
        return true;
    }

    /** Ends an isolated check. */
    Validity endIsolated(Problems isolated) {
        Validity validity = isolated.count() > 0 ? Validity.INVALID : unchecked ? Validity.UNKNOWN : Validity.VALID;
        unchecked = omissions.removeLast();
        return validity;
    }
}
