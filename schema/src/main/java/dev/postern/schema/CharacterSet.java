package dev.postern.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** A set of code points: ranges, and predicates such as Unicode properties. */
final class CharacterSet {
    private static final int CACHED_POINTS = 128;
    private static final int PREDICATES_PER_STEP = 2;

    /** The first and last code point of each range, in order and without overlaps. */
    private final int[] ranges;

    private final List<IntPredicate> predicates;
    private final boolean negated;
    private final BitSet cached = new BitSet(CACHED_POINTS);

    private CharacterSet(int[] ranges, List<IntPredicate> predicates, boolean negated) {
        this.ranges = ranges;
        this.predicates = predicates;
        this.negated = negated;
        for (int point = 0; point < CACHED_POINTS; point++) {
            cached.set(point, isIn(point));
        }
    }

    static CharacterSet of(int point) {
        return new CharacterSet(new int[] {point, point}, List.of(), false);
    }

    /** Ranges in order and without overlaps. */
    static CharacterSet ranges(int... ranges) {
        return new CharacterSet(ranges.clone(), List.of(), false);
    }

    static CharacterSet of(IntPredicate predicate) {
        return new CharacterSet(new int[0], List.of(predicate), false);
    }

    CharacterSet negate() {
        return new CharacterSet(ranges, predicates, !negated);
    }

    boolean has(int point) {
        return point < CACHED_POINTS ? cached.get(point) : isIn(point);
    }

    private boolean isIn(int point) {
        int found = Arrays.binarySearch(ranges, point);
        boolean in = found >= 0 || (-found - 1) % 2 == 1;
        for (int i = 0; !in && i < predicates.size(); i++) {
            in = predicates.get(i).test(point);
        }
        return in != negated;
    }

    /** The only code point; negative if the set is not a single one. */
    int single() {
        return !negated && predicates.isEmpty() && ranges.length == 2 && ranges[0] == ranges[1] ? ranges[0] : -1;
    }

    /** The cost of a test, in addition to one step. */
    int cost() {
        return predicates.size() / PREDICATES_PER_STEP;
    }

    /** Collects the members of a class in brackets. */
    static final class Builder {
        private final List<int[]> ranges = new ArrayList<>();
        private final Set<IntPredicate> predicates = new LinkedHashSet<>();

        void add(int first, int last) {
            ranges.add(new int[] {first, last});
        }

        void add(CharacterSet set) {
            if (set.negated) {
                predicates.add(set::has);
                return;
            }
            for (int i = 0; i < set.ranges.length; i += 2) {
                add(set.ranges[i], set.ranges[i + 1]);
            }
            predicates.addAll(set.predicates);
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
            return new CharacterSet(Arrays.copyOf(merged, count), List.copyOf(predicates), negated);
        }
    }
}
