package dev.postern.flow;

import java.util.concurrent.CompletableFuture;

/**
 * A thread of the JDK's HTTP client that reads for many streams at once. What blocks it stalls them all, so nothing of a
 * user's runs there but what has promised to be brief. It is known by the JDK's name of its class; if that changes, no
 * thread counts as one.
 */
public final class NetworkThread {
    private static final String READER = "jdk.internal.net.http.HttpClientImpl$SelectorManager";

    private static final ClassValue<Boolean> READERS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> thread) {
            return thread.getName().equals(READER);
        }
    };

    private NetworkThread() {}

    /** Whether the present thread is one. */
    public static boolean isCurrent() {
        return READERS.get(Thread.currentThread().getClass());
    }

    /** Does the work at once, or, if the present thread must not, in the common pool. */
    public static void spare(Runnable work) {
        if (isCurrent()) {
            var unused = CompletableFuture.runAsync(work);
        } else {
            work.run();
        }
    }
}
