package dev.postern.agent;

import dev.postern.flow.WaitingCaller;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a run inherits from the run that called its agent.
 *
 * @param depth how many agents are above this one
 * @param callerWaits whether a thread waits for the whole run, so that its calls must not need that thread
 * @param options the caller's call options
 * @param usage the usage of that run; null for a run that the application started
 * @param memoryFailures the memory failures of that run; null for a run that the application started
 */
record ParentContext(
        int depth,
        boolean callerWaits,
        BackendOptions options,
        @Nullable RunUsage usage,
        @Nullable MemoryFailures memoryFailures) {

    /** Returns the context of a run that the application started. */
    static ParentContext root(AgentSettings settings, AgentInput input) {
        return new ParentContext(
                0,
                WaitingCaller.isPresent(),
                new BackendOptions(
                        settings.llm(),
                        settings.backend(),
                        Objects.requireNonNull(input, "input").options()),
                null,
                null);
    }
}
