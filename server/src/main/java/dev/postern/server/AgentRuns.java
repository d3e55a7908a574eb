package dev.postern.server;

import dev.postern.agent.SessionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The active runs of agents by session, for status and cancel. Thread-safe. */
final class AgentRuns {
    private final Map<SessionKey, List<Run>> running = new HashMap<>();

    /** A run, which is active until it is closed. */
    final class Run implements AutoCloseable {
        private final SessionKey session;
        private final Runnable cancel;
        private boolean cancelled;

        private Run(SessionKey session, Runnable cancel) {
            this.session = session;
            this.cancel = cancel;
        }

        /** Whether a client cancelled the run. */
        boolean cancelled() {
            synchronized (running) {
                return cancelled;
            }
        }

        @Override
        public void close() {
            synchronized (running) {
                running.computeIfPresent(session, (key, runs) -> {
                    runs.remove(this);
                    return runs.isEmpty() ? null : runs;
                });
            }
        }
    }

    /**
     * Adds an active run.
     *
     * @param cancel ends the run
     */
    Run begin(SessionKey session, Runnable cancel) {
        Run run = new Run(session, cancel);
        synchronized (running) {
            running.computeIfAbsent(session, key -> new ArrayList<>()).add(run);
        }
        return run;
    }

    boolean isRunning(SessionKey session) {
        synchronized (running) {
            return running.containsKey(session);
        }
    }

    /** Cancels the session's runs; false if there are none. */
    boolean cancel(SessionKey session) {
        List<Run> runs;
        synchronized (running) {
            runs = List.copyOf(running.getOrDefault(session, List.of()));
            runs.forEach(run -> run.cancelled = true);
        }
        runs.forEach(run -> run.cancel.run());
        return !runs.isEmpty();
    }
}
