package dev.postern.flow;

import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * The way in for what the HTTP client signals about one exchange, and the way back to the client. It notes which code runs
 * inside of the client's tasks, and lets the tasks that bring this exchange's body be learned. Thread-safe.
 */
public final class Inlet {
    private final boolean mayBlock;
    private volatile boolean http1;
    private boolean closed; // guarded by this, as is the next
    private ClientTasks.@Nullable Learned learned;

    Inlet(boolean mayBlock) {
        this.mayBlock = mayBlock;
    }

    /** The head has come; whether over HTTP/1.1, where one task of the client belongs to one exchange. */
    public void headCame(boolean overHttp1) {
        http1 = overHttp1;
    }

    /**
     * Something of the body has come: runs what takes it.
     *
     * @param bytes whether there are bytes, so that more may follow
     */
    public void ofBody(Runnable take, boolean bytes) {
        if (!http1 || !mayBlock) {
            ofAnyThread(take); // the thread serves other exchanges too
            return;
        }
        if (bytes && ThreadState.current() instanceof ClientTasks.HandedOver task) {
            learn(task);
        }
        take.run();
    }

    /**
     * The exchange has failed: runs what takes it. The JDK completes its futures on the common pool, which has one thread on
     * a small machine and must not be blocked either.
     */
    public void ofFailure(Runnable take) {
        if (!mayBlock || Thread.currentThread() instanceof ForkJoinWorkerThread) {
            ofAnyThread(take);
        } else {
            take.run();
        }
    }

    /** Something has come on a thread that must not be blocked, as far as is known: runs what takes it. */
    private static void ofAnyThread(Runnable take) {
        ThreadState before = ThreadState.begin(ThreadState.CLIENT_SIGNAL);
        try {
            take.run();
        } finally {
            ThreadState.restore(before);
        }
    }

    private synchronized void learn(ClientTasks.HandedOver task) {
        ClientTasks.Learned now = closed ? null : task.learn();
        if (now != null) {
            now.earlier = learned;
            learned = now;
        }
    }

    /** Asks the client for parts of the body. What it brings at once comes on this thread, but not in its own task. */
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
        return ThreadState.begin(ThreadState.isBrief() ? ThreadState.BRIEF_CLIENT_CALL : ThreadState.CLIENT_CALL);
    }

    /** The exchange is over, and none of the client's tasks belongs to it any more. */
    public synchronized void close() {
        closed = true;
        for (ClientTasks.Learned each = learned; each != null; each = each.earlier) {
            each.forget();
        }
        learned = null;
    }
}
