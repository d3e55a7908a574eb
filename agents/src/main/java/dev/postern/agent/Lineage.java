package dev.postern.agent;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a run has from the run that asked for it.
 *
 * @param depth how many agents stand above this one
 * @param options the caller's call options
 * @param above what that run has used of its bounds; null for a run that a caller began
 * @param memoryAbove the failures of that run's memory; null for a run that a caller began
 */
record Lineage(
        int depth,
        BackendOptions options,
        @Nullable Spending above,
        @Nullable MemoryFailures memoryAbove) {

    /** Of a run that a caller began. */
    static Lineage root(AgentSettings settings, AgentInput input) {
        return new Lineage(
                0,
                new BackendOptions(
                        settings.llm(),
                        settings.backend(),
                        Objects.requireNonNull(input, "input").options()),
                null,
                null);
    }
}
