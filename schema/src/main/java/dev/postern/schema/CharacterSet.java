package dev.postern.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** Some characters (code points): ranges of them, and kinds that Unicode defines. */
final class CharacterSet {
    private static final int QUICK = 128;
    private static final int KINDS_PER_STEP = 2;

    /** First, last, first, last … in order, without overlaps. */
    private final int[] ranges;

    private final List<IntPredicate> kinds;
    private final boolean negated;
    private final BitSet quick = new BitSet(QUICK);

    private CharacterSet(int[] ranges, List<IntPredicate> kinds, boolean negated) {
        this.ranges = ranges;
        this.kinds = kinds;
        this.negated = negated;
        for (int point = 0; point < QUICK; point++) {
            quick.set(point, isIn(point));
        }
    }

    static CharacterSet of(int point) {
        return new CharacterSet(new int[] {point, point}, List.of(), false);
    }

    /** Ranges that are in order, and do not overlap. */
    static CharacterSet ranges(int... ranges) {
        return new CharacterSet(ranges.clone(), List.of(), false);
    }

    static CharacterSet of(IntPredicate kind) {
        return new CharacterSet(new int[0], List.of(kind), false);
    }

    CharacterSet negate() {
        return new CharacterSet(ranges, kinds, !negated);
    }

    boolean has(int point) {
        return point < QUICK ? quick.get(point) : isIn(point);
    }

    private boolean isIn(int point) {
        int found = Arrays.binarySearch(ranges, point);
        boolean in = found >= 0 || (-found - 1) % 2 == 1;
        for (int i = 0; !in && i < kinds.size(); i++) {
            in = kinds.get(i).test(point);
        }
        return in != negated;
    }

    /** The only character; negative if there are others. */
    int single() {
        return !negated && kinds.isEmpty() && ranges.length == 2 && ranges[0] == ranges[1] ? ranges[0] : -1;
    }

    /** How much more work than one step a look is. */
    int cost() {
        return kinds.size() / KINDS_PER_STEP;
    }

    /** Collects what a class in brackets lists. */
    static final class Builder {
        private final List<int[]> ranges = new ArrayList<>();
        private final Set<IntPredicate> kinds = new LinkedHashSet<>();

        void add(int first, int last) {
            ranges.add(new int[] {first, last});
        }

        void add(CharacterSet set) {
            if (set.negated) {
                kinds.add(set::has);
                return;
            }
            for (int i = 0; i < set.ranges.length; i += 2) {
                add(set.ranges[i], set.ranges[i + 1]);
            }
            kinds.addAll(set.kinds);
        }

        CharacterSet build(boolean negated) {
            ranges.sort((one, other) -> Integer.compare(one[0], other[0]));
            int[] merged = new int[2 * ranges.size()];
            int count = 0;
            for (int[] range : ranges) {
                if (count > 0 && range[0] <= merged[count - 1] + 1) {
                    merged[count - 1] = Math.max(merged[count - 1], range[1]);
                } else {
                    merged[count++] = range[0];
                    merged[count++] = range[1];
                }
            }
            return new CharacterSet(Arrays.copyOf(merged, count), List.copyOf(kinds), negated);
        }
    }
}
