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
    private final Map<Runnable, Task> learned = new ConcurrentHashMap<>();

    @Override
    public void execute(Runnable task) {
        Task known = learned.get(task);
        if (known != null) {
            known.run();
        } else {
            if (ThreadState.current() instanceof Task running && running.learned) {
                running.forget();
            }
            Dispatcher.pooled(new Task(this, task, false));
        }
    }

    /** The number of learned tasks, for tests. */
    int size() {
        return learned.size();
    }

    /** A task of the client. It runs in the pool until it is learned; then another object runs it inline. */
    static final class Task extends ThreadState implements Runnable {
        private final ClientTasks owner;
        private final Runnable task;
        private final boolean learned;
        /** The task that the same exchange learned before this one. */
        @Nullable
        Task earlier;

        Task(ClientTasks owner, Runnable task, boolean learned) {
            super(learned, true);
            this.owner = owner;
            this.task = task;
            this.learned = learned;
        }

        boolean isLearned() {
            return learned;
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
        Task learn() {
            Task now = new Task(owner, task, true);
            return owner.learned.putIfAbsent(task, now) == null ? now : null;
        }

        void forget() {
            owner.learned.remove(task, this);
        }
    }
}
