package dev.postern.server;

import dev.postern.agent.SessionKey;
import dev.postern.server.http.RequestPool;
import dev.postern.server.replay.ReplayLimits;
import dev.postern.server.replay.RunReplays;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The runs of agents to which clients can come back, and the thread that ends those to which nobody comes back. */
final class AgentReplays implements AutoCloseable {
    private final ScheduledThreadPoolExecutor thread;
    private final RunReplays<SessionKey> runs;

    AgentReplays(ReplayLimits limits) {
        thread = new ScheduledThreadPoolExecutor(1, RequestPool.named("gateway-runs-"));
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        runs = new RunReplays<>(limits, (delay, task) -> {
            try {
                Future<?> scheduled = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                return () -> scheduled.cancel(false);
            } catch (RejectedExecutionException e) { // the server has stopped
                return () -> {};
            }
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
