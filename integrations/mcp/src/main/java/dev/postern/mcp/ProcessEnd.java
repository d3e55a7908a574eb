package dev.postern.mcp;

import dev.postern.flow.Dispatcher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How processes end: by themselves, or by force. */
final class ProcessEnd {
    static final long GRACE_MILLIS = 2000;

    /** The output of a process that has ended is open as long as a process that it started has it. */
    private static final long OUTPUT_GRACE_MILLIS = 5000;

    private ProcessEnd() {}

    /** Runs a task when the process has ended, and its output has had time to end too. */
    static void whenOver(Process process, Runnable task) {
        var unused = process.onExit()
                .thenRunAsync(
                        task,
                        CompletableFuture.delayedExecutor(
                                OUTPUT_GRACE_MILLIS, TimeUnit.MILLISECONDS, Dispatcher.shared()::start));
    }

    /**
     * Waits for the end of a process that was told to end; terminates it if it does not, and kills it if that does not help. The
     * processes that it started are terminated then, and killed later, without waiting for them.
     */
    static void await(Process process) {
        ProcessHandle[] children = process.descendants().toArray(ProcessHandle[]::new);
        try {
            if (!process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroy();
                if (!process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        for (ProcessHandle child : children) {
            child.destroy();
            var unused = child.onExit()
                    .orTimeout(GRACE_MILLIS, TimeUnit.MILLISECONDS)
                    .whenComplete((ended, late) -> {
                        if (late != null) {
                            child.destroyForcibly();
                        }
                    });
        }
    }
}
