package dev.postern.flow;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The executor of Postern's HTTP clients. The JDK's client submits to it the work that it does not do on the selector
 * thread. Running each of these tasks in a pool costs more than all other work for a packet. Therefore one kind of task
 * runs inline, on the selector thread: the task that delivers the body of an HTTP/1.1 exchange of Postern.
 *
 * <p>Such a task is recognised by identity, because the client submits the same object for each packet. A task runs in
 * the pool until it passes a part of such a body to a {@link ClientBoundary}; it is then learned, and runs inline until the
 * exchange ends. All other tasks run in the pool every time: DNS, TLS handshakes, retries of the client, HTTP/2,
 * exchanges and tasks of the application. If a JDK submitted a new object for each packet, nothing would be learned:
 * slower, but correct.
 *
 * <p>If a learned task submits an unknown task, it is forgotten, and runs in the pool until it is learned again. So a
 * TLS connection renews its keys in the pool.
 */
final class ClientTasks implements Executor {
    private final Map<Runnable, Learned> learned = new ConcurrentHashMap<>();

    @Override
    public void execute(Runnable task) {
        Learned known = learned.get(task);
        if (known != null) {
            known.run();
        } else {
            if (ThreadState.current() instanceof Learned running) {
                running.forget();
            }
            Dispatcher.pooled(new HandedOver(this, task));
        }
    }

    /** The number of learned tasks, for tests. */
    int size() {
        return learned.size();
    }

    /** A task of the client that runs in the pool and may be learned. */
    static final class HandedOver extends ThreadState implements Runnable {
        private final ClientTasks owner;
        private final Runnable task;

        HandedOver(ClientTasks owner, Runnable task) {
            super(false, true);
            this.owner = owner;
            this.task = task;
        }

        @Override
        public void run() {
            ThreadState before = begin(this);
            try {
                task.run();
            } finally {
                restore(before);
            }
        }

        /** Lets the task run inline from now on. Returns null if it does already. */
        @Nullable
        Learned learn() {
            Learned now = new Learned(owner, task);
            return owner.learned.putIfAbsent(task, now) == null ? now : null;
        }
    }

    /** A task that runs inline on the selector thread. */
    static final class Learned extends ThreadState {
        private final ClientTasks owner;
        private final Runnable task;
        /** The task that the same exchange learned before this one. */
        @Nullable
        Learned earlier;

        Learned(ClientTasks owner, Runnable task) {
            super(true, true);
            this.owner = owner;
            this.task = task;
        }

        private void run() {
            ThreadState before = begin(this);
            try {
                task.run();
            } finally {
                restore(before);
            }
        }

        void forget() {
            owner.learned.remove(task, this);
        }
    }
}
