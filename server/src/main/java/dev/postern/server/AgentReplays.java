package dev.postern.server;

import dev.postern.agent.SessionKey;
import dev.postern.server.replay.ReplayLimits;
import dev.postern.server.replay.RunReplays;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The runs of agents to which clients can come back, and the thread that ends those to which nobody comes back. */
final class AgentReplays implements AutoCloseable {
    private final ScheduledThreadPoolExecutor thread;
    private final RunReplays<SessionKey> runs;

    AgentReplays(ReplayLimits limits) {
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "gateway-runs");
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        runs = new RunReplays<>(limits, (delay, task) -> {
            if (thread.isShutdown()) {
                return () -> {};
            }
            Future<?> scheduled = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        });
    }

    RunReplays<SessionKey> runs() {
        return runs;
    }

    /** Cancels all runs. */
    @Override
    public void close() {
        runs.cancelAll();
        thread.shutdownNow();
    }
}
