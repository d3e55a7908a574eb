package dev.postern.agent;

import java.util.Comparator;
import java.util.Objects;

/**
 * A memory that a search found.
 *
 * @param memory the memory
 * @param score how well it matches, from 0 to 1: the length of the query divided by the length of the content
 */
public record ScoredMemory(Memory memory, double score) {

    /** The order of lists: best first; with equal scores, newest first. */
    public static final Comparator<ScoredMemory> BEST_FIRST = Comparator.comparingDouble(ScoredMemory::score)
            .reversed()
            .thenComparing(ScoredMemory::memory, Memory.NEWEST_FIRST);

    /** Refuses null. */
    public ScoredMemory {
        Objects.requireNonNull(memory, "memory");
    }

    /** Returns a memory with its score for a query. For implementations of stores. */
    public static ScoredMemory of(Memory memory, String query) {
        int length = memory.length();
        return new ScoredMemory(
                memory, length == 0 ? 0 : Math.min(1, (double) query.codePointCount(0, query.length()) / length));
    }
}
