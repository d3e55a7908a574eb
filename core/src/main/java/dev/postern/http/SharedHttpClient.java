package dev.postern.http;

import dev.postern.Timeouts;
import dev.postern.flow.Dispatcher;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's client with the settings that a transport wants, made when it is first asked for and shared from then on: by
 * all calls of one transport, or by all backends of a gateway. Each client costs a thread, and the first one of a process
 * most of its start. Thread-safe.
 *
 * <p>The thread that reads its connections also decodes the streams of {@link HttpTransport}. The bodies of other exchanges,
 * and tasks that are given to the client's executor, run on a pool and may block.
 */
public final class SharedHttpClient implements AutoCloseable {
    private final Duration connectTimeout;
    private @Nullable HttpClient client;

    /** A client with the default connect timeout. */
    public SharedHttpClient() {
        this(Timeouts.defaults().connect());
    }

    /** A client whose connections may take this long to be made; zero for any time. */
    public SharedHttpClient(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /** The client, always the same. */
    public synchronized HttpClient get() {
        HttpClient made = client;
        if (made == null) {
            made = makeOnAnotherThread();
            client = made;
        }
        return made;
    }

    /**
     * The client's thread inherits from the thread that makes it, and lives as long as the client. An interrupted caller
     * does not wait for another thread; then the client inherits from the caller.
     */
    private HttpClient makeOnAnotherThread() {
        FutureTask<HttpClient> making = new FutureTask<>(this::make);
        Dispatcher.shared().start(making);
        try {
            return making.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return make();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error known) {
                throw known;
            }
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }

    private HttpClient make() {
        HttpClient.Builder making = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(LateTls.context())
                .executor(Dispatcher.forClient());
        if (!connectTimeout.isZero()) {
            making.connectTimeout(connectTimeout);
        }
        return making.build();
    }

    /** Ends the client, if there is one, with all its calls. Nothing may be asked of it any more. */
    @Override
    public synchronized void close() {
        if (client != null) {
            shutDown(client);
            client = null;
        }
    }

    /** {@code shutdownNow} is there since JDK 21. Before, the client's thread ends once nothing refers to the client. */
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
