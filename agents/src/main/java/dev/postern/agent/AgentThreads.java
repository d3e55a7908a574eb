package dev.postern.agent;

import dev.postern.flow.Dispatcher;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads on which tools and memories block, unless an agent has its own: 64 at most, gone when there is no work. */
final class AgentThreads {
    private static final int MOST = 64;

    private AgentThreads() {}

    /** Made with the first agent that needs it. */
    private static final class Shared {
        static final Executor INSTANCE = make();

        private static Executor make() {
            ThreadPoolExecutor threads = new ThreadPoolExecutor(
                    MOST,
                    MOST,
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
