package dev.postern.agent;

import java.util.Comparator;
import java.util.Objects;

/**
 * A memory that a search found.
 *
 * @param memory what was found
 * @param score how well it fits, from 0 to 1: the share of its content that the query makes up
 */
public record ScoredMemory(Memory memory, double score) {

    /** The order of lists: the best first; of the same score, the newest. */
    public static final Comparator<ScoredMemory> BEST_FIRST = Comparator.comparingDouble(ScoredMemory::score)
            .reversed()
            .thenComparing(ScoredMemory::memory, Memory.NEWEST_FIRST);

    /** Refuses null. */
    public ScoredMemory {
        Objects.requireNonNull(memory, "memory");
    }

    /** For stores: {@code memory} as what a search for {@code query} found. */
    public static ScoredMemory of(Memory memory, String query) {
        int length = memory.length();
        return new ScoredMemory(
                memory, length == 0 ? 0 : Math.min(1, (double) query.codePointCount(0, query.length()) / length));
    }
}
