package dev.postern.http;

import dev.postern.flow.Threads;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

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
    private static final String HANDSHAKE = "jdk.internal.net.http.common.SSLFlowDelegate";

    private static final ClassValue<Boolean> BRIEF = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> task) {
            String name = task.getName();
            boolean mayWait = name.startsWith(HANDSHAKE)
                    || name.startsWith("jdk.internal.net.http.ResponseSubscribers") // for the rest of a body
                    || name.startsWith("jdk.internal.net.http.PlainHttpConnection") // for a name
                    || name.startsWith("jdk.internal.net.http.Http2Connection"); // the same
            boolean ofTheClient = name.startsWith("jdk.internal.net.http.")
                    || name.startsWith("java.util.concurrent.CompletableFuture$"); // which chain its parts
            return ofTheClient && !mayWait;
        }
    };

    /** A handshake's arithmetic holds a lock that reading from its connection takes; so meanwhile nothing is brief. */
    private final AtomicInteger handshakes = new AtomicInteger();

    /** Work of the JDK's. */
    @Override
    public void execute(Runnable task) {
        boolean brief = BRIEF.get(task.getClass());
        if (!brief && task.getClass().getName().startsWith(HANDSHAKE)) {
            handshakes.incrementAndGet();
            Threads.elsewhere(() -> {
                try {
                    task.run();
                } finally {
                    handshakes.decrementAndGet();
                }
            });
        } else if (brief && Threads.isReading() && handshakes.get() == 0) {
            task.run();
        } else {
            Threads.elsewhere(task);
        }
    }
}
