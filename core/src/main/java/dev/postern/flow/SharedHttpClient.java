package dev.postern.flow;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A JDK client with our settings. It is created at the first {@link #get} and then shared, by all calls of a transport or
 * by all backends of a gateway. Each client has a thread, and creating the first one is the most
 * expensive part of a first call. Thread-safe.
 *
 * <p>The client's selector thread also decodes the streams of the transport. Bodies of other exchanges, and
 * tasks that the application submits to the client's executor, run in a pool and may block.
 */
public final class SharedHttpClient implements AutoCloseable {
    private final Duration connectTimeout;
    private @Nullable HttpClient client;
    private boolean closed;

    /** Uses this connect timeout; zero for none. */
    public SharedHttpClient(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /**
     * The client, always the same.
     *
     * @throws IllegalStateException after {@link #close}, because nothing would close another client
     */
    public synchronized HttpClient get() {
        if (closed) {
            throw new IllegalStateException("The HTTP client is closed.");
        }
        HttpClient made = client;
        if (made == null) {
            made = makeOnAnotherThread();
            client = made;
        }
        return made;
    }

    /**
     * The client's thread inherits from the thread that creates it and lives as long as the client, so a thread of the
     * pool creates it. An interrupted caller waits too, as otherwise a client without an owner would stay open.
     */
    private HttpClient makeOnAnotherThread() {
        CompletableFuture<HttpClient> made = new CompletableFuture<>();
        Dispatcher.shared().start(() -> make(made));
        try {
            return made.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error known) {
                throw known;
            }
            throw e.getCause() instanceof RuntimeException known ? known : e;
        }
    }

    private void make(CompletableFuture<HttpClient> made) {
        try {
            made.complete(make());
        } catch (Throwable thrown) {
            made.completeExceptionally(thrown);
        }
    }

    private HttpClient make() {
        HttpClient.Builder making = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(LazyDefaultTls.context())
                .executor(Dispatcher.forClient());
        if (!connectTimeout.isZero()) {
            making.connectTimeout(connectTimeout);
        }
        return making.build();
    }

    /** Closes the client, if it was created, with all its calls. */
    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            shutDown(client);
            client = null;
        }
    }

    /** {@code shutdownNow} exists since JDK 21. Before, the client's thread ends when nothing refers to the client. */
    private static void shutDown(HttpClient closing) {
        try {
            MethodHandles.publicLookup()
                    .findVirtual(HttpClient.class, "shutdownNow", MethodType.methodType(void.class))
                    .invoke(closing);
        } catch (NoSuchMethodException e) {
            // an older JDK
        } catch (Throwable e) {
            System.getLogger("dev.postern.http").log(System.Logger.Level.DEBUG, "the HTTP client did not close", e);
        }
    }
}
