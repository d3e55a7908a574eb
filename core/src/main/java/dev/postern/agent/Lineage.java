package dev.postern.agent;

import java.util.Objects;

/**
 * What a run has from the run that asked for it.
 *
 * @param depth how many agents stand above this one
 * @param options the caller's call options
 */
record Lineage(int depth, BackendOptions options) {

    /** Of a run that a caller began. */
    static Lineage root(AgentSettings settings, AgentInput input) {
        return new Lineage(
                0,
                new BackendOptions(
                        settings.llm(),
                        settings.backend(),
                        Objects.requireNonNull(input, "input").options()));
    }

    /** Of the run of an agent that this run asks. */
    Lineage below() {
        return new Lineage(depth + 1, options);
    }
}
