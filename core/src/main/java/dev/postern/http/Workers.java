package dev.postern.http;

import dev.postern.flow.NetworkThread;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who does the work of a client that is ours. The JDK's client hands each packet from the thread that reads the sockets to
 * a pool, which costs as much as all the rest. Here that thread goes on by itself: reading, parsing and writing never
 * block, and neither does our decoding. To a pool goes what takes its time: a call's beginning, with the look-up of a name;
 * TLS handshakes; and whatever bodies others read with this client, which may wait for more bytes.
 *
 * <p>What the reading thread may do by itself is told by the JDK's names of its own classes. If they change, or the client
 * is not ours, all is handed over as the JDK does it: slower, and just as right. One thing cannot be told by its name: when
 * a {@code GET} finds its kept connection closed, the JDK looks up the name again, on the thread that noticed. Thread-safe.
 */
final class Workers implements Executor {
    private static final AtomicInteger THREADS = new AtomicInteger();

    private enum Work {
        BRIEF,
        HANDSHAKE,
        ANY
    }

    private static final ClassValue<Work> KINDS = new ClassValue<>() {
        @Override
        protected Work computeValue(Class<?> task) {
            String name = task.getName();
            if (name.startsWith("jdk.internal.net.http.common.SSLFlowDelegate")) {
                return Work.HANDSHAKE;
            }
            boolean mayWait = name.startsWith("jdk.internal.net.http.ResponseSubscribers") // for the rest of a body
                    || name.startsWith("jdk.internal.net.http.PlainHttpConnection") // for a name
                    || name.startsWith("jdk.internal.net.http.Http2Connection"); // the same
            boolean ofTheClient = name.startsWith("jdk.internal.net.http.")
                    || name.startsWith("java.util.concurrent.CompletableFuture$"); // which chain its parts
            return ofTheClient && !mayWait ? Work.BRIEF : Work.ANY;
        }
    };

    /** Its threads end after a minute without work, so nobody has to close it. They inherit nothing from who calls first. */
    private final ExecutorService pool = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(null, work, "postern-http-" + THREADS.incrementAndGet(), 0, false);
        thread.setDaemon(true);
        return thread;
    });

    /** A handshake's arithmetic holds a lock that reading from its connection takes; so meanwhile nothing is brief. */
    private final AtomicInteger handshakes = new AtomicInteger();

    /** Whether the present thread waits for what it begins, and so may as well begin it. */
    private final ThreadLocal<Boolean> waiting = new ThreadLocal<>();

    /** The workers of a client; null if it has others. */
    static @Nullable Workers of(HttpClient client) {
        return client.executor().orElse(null) instanceof Workers workers ? workers : null;
    }

    /** Lets the present thread do by itself what these calls begin with. */
    <R> R waiting(Supplier<R> calls) {
        waiting.set(true);
        try {
            return calls.get();
        } finally {
            waiting.remove();
        }
    }

    /** Work of the JDK's. */
    @Override
    public void execute(Runnable task) {
        Work kind = KINDS.get(task.getClass());
        if (kind == Work.HANDSHAKE) {
            handshakes.incrementAndGet();
            handOver(() -> {
                try {
                    task.run();
                } finally {
                    handshakes.decrementAndGet();
                }
            });
        } else if (NetworkThread.isCurrent() ? kind == Work.BRIEF && handshakes.get() == 0 : waiting.get() != null) {
            task.run();
        } else {
            handOver(task);
        }
    }

    /** Work that must not keep the reading thread. */
    void handOver(Runnable work) {
        try {
            pool.execute(work);
        } catch (OutOfMemoryError | RejectedExecutionException e) { // no thread can be made: others may have one
            var unused = CompletableFuture.runAsync(work);
        }
    }
}
