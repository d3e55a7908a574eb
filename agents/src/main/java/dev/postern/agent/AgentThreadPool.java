package dev.postern.agent;

import dev.postern.flow.Dispatcher;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The default threads on which tools and memories may block: at most 64, each ends after 30 idle seconds. */
final class AgentThreadPool {
    private static final int MAX_THREADS = 64;

    private AgentThreadPool() {}

    /** Creates the pool for the first agent that needs it. */
    private static final class Shared {
        static final Executor INSTANCE = make();

        private static Executor make() {
            ThreadPoolExecutor threads = new ThreadPoolExecutor(
                    MAX_THREADS,
                    MAX_THREADS,
                    30,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    Dispatcher.threads("postern-agent-"));
            threads.allowCoreThreadTimeOut(true);
            return threads;
        }
    }

    static Executor shared() {
        return Shared.INSTANCE;
    }
}
