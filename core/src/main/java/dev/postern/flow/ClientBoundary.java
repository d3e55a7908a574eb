package dev.postern.flow;

import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * Receives the signals of the HTTP client for one exchange, and calls the client. It records that code runs inside a
 * task of the client, and has the tasks learned that deliver the body of this exchange; see {@link ClientTasks}.
 * Thread-safe.
 */
public final class ClientBoundary {
    private final boolean mayBlock;
    private volatile boolean http1;
    private boolean closed; // guarded by this, as is the next
    private ClientTasks.@Nullable Task learned;

    ClientBoundary(boolean mayBlock) {
        this.mayBlock = mayBlock;
    }

    /** The head was received. Over HTTP/1.1, a task of the client belongs to one exchange. */
    public void headReceived(boolean overHttp1) {
        http1 = overHttp1;
    }

    /**
     * Runs the code that handles a signal about the body.
     *
     * @param bytes whether bytes were received, so more may follow
     */
    public void ofBody(Runnable take, boolean bytes) {
        if (!http1 || !mayBlock) {
            ofAnyThread(take); // the thread may serve other exchanges too
            return;
        }
        if (bytes && ThreadState.current() instanceof ClientTasks.Task task && !task.isLearned()) {
            learn(task);
        }
        take.run();
    }

    /**
     * Runs the code that handles a failure of the exchange. The JDK completes its futures on the common pool, which has
     * one thread on a small machine and must not be blocked either.
     */
    public void ofFailure(Runnable take) {
        if (!mayBlock || Thread.currentThread() instanceof ForkJoinWorkerThread) {
            ofAnyThread(take);
        } else {
            take.run();
        }
    }

    /** Runs code on a thread that possibly must not be blocked. */
    private static void ofAnyThread(Runnable take) {
        ThreadState before = ThreadState.begin(ThreadState.CLIENT_SIGNAL);
        try {
            take.run();
        } finally {
            ThreadState.restore(before);
        }
    }

    private synchronized void learn(ClientTasks.Task task) {
        ClientTasks.Task now = closed ? null : task.learn();
        if (now != null) {
            now.earlier = learned;
            learned = now;
        }
    }

    /** Requests parts of the body. The client may deliver some of them during this call, outside its own task. */
    public static void request(Flow.Subscription body, long parts) {
        ThreadState before = beginCall();
        try {
            body.request(parts);
        } finally {
            ThreadState.restore(before);
        }
    }

    /** Closes the exchange at the client. */
    public static void cancel(Flow.Subscription body) {
        ThreadState before = beginCall();
        try {
            body.cancel();
        } finally {
            ThreadState.restore(before);
        }
    }

    private static @Nullable ThreadState beginCall() {
        return ThreadState.begin(
                ThreadState.mustNotBlock() ? ThreadState.CLIENT_CALL_WITHOUT_BLOCKING : ThreadState.CLIENT_CALL);
    }

    /** Ends the exchange: the tasks that were learned for it are forgotten. */
    public synchronized void close() {
        closed = true;
        for (ClientTasks.Task each = learned; each != null; each = each.earlier) {
            each.forget();
        }
        learned = null;
    }
}
