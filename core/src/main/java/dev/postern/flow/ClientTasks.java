package dev.postern.flow;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The executor of an HTTP client of ours. The JDK's client gives it what it does not want to do on the selector thread, and
 * a hand-over to a pool for each packet costs more than everything else. So one kind of task runs at once: the task that
 * brings the body of an HTTP/1.1 exchange of ours. It is told by identity, as the client submits the same object for each
 * packet: a task is handed over to the pool until, while it runs there, it gives a part of the body to an {@link Inlet}.
 * From then on that object runs at once, until the exchange ends. Everything else is handed over every time: name look-up,
 * TLS handshakes, retries of the client, HTTP/2, the exchanges of others and tasks of users. If a JDK made a new object for
 * each packet, nothing would run at once: slower, and correct.
 *
 * <p>A task that runs at once and leads to one that is not known is handed over again until it has been learned anew. So a
 * TLS connection that renews its keys does it on the pool.
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

    /** How many tasks run at once; for tests. */
    int size() {
        return learned.size();
    }

    /** A task of the client on a thread of the pool, where it may be learned. */
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

        /** From now on the task runs at once. Returns null if it does so already. */
        @Nullable
        Learned learn() {
            Learned now = new Learned(owner, task);
            return owner.learned.putIfAbsent(task, now) == null ? now : null;
        }
    }

    /** A task that runs on the selector thread. */
    static final class Learned extends ThreadState {
        private final ClientTasks owner;
        private final Runnable task;
        /** What the same exchange has learned before. */
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
