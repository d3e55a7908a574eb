package dev.postern.agent;

import dev.postern.flow.WaitingCaller;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The values that a run takes over from the run that called its agent.
 *
 * @param depth the number of agents above this one
 * @param callerWaits whether a thread waits for the end of the whole run. No call of the run may need that thread
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

    /**
     * Returns the executor of the run's tools, approval hooks and memories: that of the settings. If a thread waits for
     * the run, the executor marks its tasks, so that the calls that they start on their own thread do not need that thread
     * either.
     */
    Executor executor(AgentSettings settings) {
        Executor executor = settings.executor();
        return callerWaits ? task -> executor.execute(() -> runForWaitingCaller(task)) : executor;
    }

    private static void runForWaitingCaller(Runnable task) {
        boolean begun = WaitingCaller.begin(true);
        try {
            task.run();
        } finally {
            WaitingCaller.end(begun);
        }
    }
}
