package dev.postern.http;

import java.net.http.HttpClient;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who does the work of a client that is ours. The JDK's client hands each packet from the thread that reads the sockets to
 * a pool, which costs as much as all the rest. Here that thread goes on by itself: reading, parsing and writing never
 * block, and neither does our decoding. To a pool goes what takes its time: a call's beginning, with the look-up of a name;
 * the arithmetic of TLS handshakes; and all code of users that has not promised to be brief, see {@link #isReading}.
 *
 * <p>What the reading thread may do by itself is told by the JDK's names of its own classes. If they change, or the client
 * is not ours, all is handed over as the JDK does it: slower, and just as right. Thread-safe.
 */
final class Workers implements Executor {
    private static final String READER = "jdk.internal.net.http.HttpClientImpl$SelectorManager";
    private static final AtomicInteger THREADS = new AtomicInteger();

    private static final ClassValue<Boolean> BRIEF = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> task) {
            String name = task.getName();
            boolean ofTheClient = name.startsWith("jdk.internal.net.http.") && !name.contains(".SSLFlowDelegate");
            return ofTheClient || name.startsWith("java.util.concurrent.CompletableFuture$"); // which chain its parts
        }
    };

    /** Its threads end after a minute without work, so nobody has to close it. */
    private final ExecutorService pool = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "postern-http-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    /** Of the one client that has these workers; null until it has read something. */
    private volatile @Nullable Thread reader;

    /** The workers of a client; null if it has others. */
    static @Nullable Workers of(HttpClient client) {
        return client.executor().orElse(null) instanceof Workers workers ? workers : null;
    }

    /** Whether the present thread waits for what it begins, and so may as well begin it. */
    private final ThreadLocal<Boolean> waiting = new ThreadLocal<>();

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
        boolean brief = BRIEF.get(task.getClass()) && isReader(Thread.currentThread());
        if (brief || waiting.get() != null) {
            task.run();
        } else {
            pool.execute(task);
        }
    }

    /** Work that must not keep the reading thread. */
    void handOver(Runnable work) {
        pool.execute(work);
    }

    /** Whether the present thread is the one that reads, which must not block and so runs no code of users. */
    boolean isReading() {
        return Thread.currentThread() == reader;
    }

    private boolean isReader(Thread thread) {
        Thread known = reader;
        if (known == null && thread.getClass().getName().equals(READER)) {
            reader = thread;
            return true;
        }
        return thread == known;
    }
}
