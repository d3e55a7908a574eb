package dev.postern.http;

import dev.postern.Timeouts;
import dev.postern.flow.Threads;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's client with the settings that a transport wants, made when it is first asked for and shared from then on: by
 * all calls of one transport, or by all backends of a gateway. Each client costs a thread, and the first one of a process
 * most of its start. Thread-safe.
 *
 * <p>The thread that reads its connections also runs the JDK's parsing and writing and, for streams of {@link HttpTransport},
 * the decoding. Who uses the client directly may read bodies as he likes, but a {@code BodyPublisher} or {@code BodySubscriber}
 * of his own must not block in its signals, as the JDK demands of them anyway.
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
            made = Threads.cleanly(this::make); // its thread lives as long as it does
            client = made;
        }
        return made;
    }

    private HttpClient make() {
        HttpClient.Builder making = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(LateTls.context())
                .executor(new Workers());
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
