package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.NonBlockingSubscriber;
import dev.postern.Timeouts;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.Inlet;
import dev.postern.flow.Single;
import dev.postern.flow.Timer;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls over one {@link HttpClient}: retries, timeouts, back-pressure and cancellation, the same for answers that
 * come whole and for streams. Thread-safe; share one among as many providers as you like, because each client of its own
 * costs a thread.
 *
 * <p>It speaks HTTP/1.1 unless asked otherwise: on cleartext the JDK's attempt at HTTP/2 makes several local servers
 * lose the body, and with HTTP/2 a hundred long streams fill a connection. It follows no redirect, because the key
 * would go along. It asks for no compression, but inflates what was compressed with gzip or deflate all the same.
 *
 * <p>On Java 17 the JDK's client keeps a socket open for each call to a peer that does not speak HTTP, which fails with
 * {@link Kind#PROTOCOL}. So an address that failed like this should not be called often.
 */
public final class HttpTransport implements AutoCloseable {
    private final @Nullable SharedHttpClient owned;
    private final boolean http2;
    private final RetryPolicy retries;
    private final int maxErrorBytes;
    private final Duration connectTimeout;
    private final Timer timer;
    private final DoubleSupplier random;
    private final Set<Attempts<?>> running = ConcurrentHashMap.newKeySet();
    private final Dispatcher dispatcher;
    private final @Nullable Executor clientExecutor;
    private final IdleConnections idleConnections;
    private volatile @Nullable HttpClient client;

    private HttpTransport(Builder builder) {
        http2 = builder.http2;
        retries = builder.retries;
        maxErrorBytes = builder.maxErrorBytes;
        timer = builder.timer;
        idleConnections = new IdleConnections(timer);
        random = builder.random;
        dispatcher = builder.dispatcher;
        HttpClient borrowed = builder.client;
        owned = borrowed == null ? new SharedHttpClient(builder.connectTimeout) : null;
        HttpClient used = owned == null ? Objects.requireNonNull(borrowed) : owned.get();
        client = used;
        clientExecutor = used.executor().orElse(null);
        connectTimeout = borrowed == null
                ? builder.connectTimeout
                : borrowed.connectTimeout().orElse(Duration.ZERO);
    }

    /** Starts with the defaults: a client of its own, HTTP/1.1, three attempts. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The answer as a stream of what the operation's decoder makes of it. Cold: each subscription is a call of its own.
     * Every failure is an {@link LlmException}; only what the subscriber itself throws comes back to it as it is, and so
     * does an error of the virtual machine, such as an {@link OutOfMemoryError}.
     */
    public <T> Flow.Publisher<T> stream(Operation<T> operation) {
        Objects.requireNonNull(operation, "operation");
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            new Attempts<>(this, operation, subscriber, NonBlockingSubscriber.isPromisedBy(subscriber)).start();
        };
    }

    /**
     * The one item that the operation's decoder makes of the answer. Cancelling the future closes the exchange.
     */
    public <T> CompletableFuture<T> send(Operation<T> operation) {
        Single<T> single =
                new Single<>(() -> new LlmException(Kind.PROTOCOL, "The answer was empty where one item was due."));
        new Attempts<>(this, Objects.requireNonNull(operation, "operation"), single, true).start();
        return single.answer();
    }

    /**
     * Ends all running calls with {@link Kind#CANCELLED}, and the client if it is this transport's own. A client that
     * was handed in stays as it is.
     */
    @Override
    public void close() {
        client = null;
        running.forEach(call -> call.abort(Attempts.closedWhileRunning()));
        if (owned != null) {
            owned.close();
        }
    }

    static LlmException closed() {
        return new LlmException(Kind.CONFIGURATION, "The provider is closed; build a new one.");
    }

    HttpClient client() {
        HttpClient open = client;
        if (open == null) {
            throw closed();
        }
        return open;
    }

    boolean isClosed() {
        return client == null;
    }

    void register(Attempts<?> call) {
        running.add(call);
    }

    void unregister(Attempts<?> call) {
        running.remove(call);
    }

    /** Whether a call must not begin on the thread of its caller, who would not notice its timeout or an interrupt. */
    boolean beginsElsewhere(Operation<?> operation) {
        return operation.mayBlock() || !Dispatcher.handsOver(clientExecutor);
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** The way in for the client's signals about one exchange. */
    Inlet inlet() {
        return dispatcher.inlet(clientExecutor);
    }

    IdleConnections idleConnections() {
        return idleConnections;
    }

    HttpClient.Version versionFor(URI uri) {
        return http2 && "https".equalsIgnoreCase(uri.getScheme())
                ? HttpClient.Version.HTTP_2
                : HttpClient.Version.HTTP_1_1;
    }

    Timer timer() {
        return timer;
    }

    RetryPolicy retries() {
        return retries;
    }

    /** From 0 (inclusive) to 1 (exclusive). */
    double random() {
        return random.getAsDouble();
    }

    int maxErrorBytes() {
        return maxErrorBytes;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    /** Collects the settings of a transport. Not thread-safe. */
    public static final class Builder {
        private @Nullable HttpClient client;
        private boolean http2;
        private RetryPolicy retries = RetryPolicy.defaults();
        private Duration connectTimeout = Timeouts.defaults().connect();
        private int maxErrorBytes = 64 << 10;
        private Dispatcher dispatcher = Dispatcher.shared();
        private Timer timer = Timer.system();
        private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

        private Builder() {}

        /**
         * A client of yours, for a proxy or a TLS setting. It stays yours: {@link HttpTransport#close} leaves it open,
         * and its connect timeout holds. One that follows redirects is refused when the transport is built: it would take
         * the key along, to wherever it is sent.
         */
        public Builder httpClient(HttpClient yours) {
            client = yours;
            return this;
        }

        /**
         * An executor that runs the application's code: {@code onNext} of plain subscribers, the ends of streams, what
         * depends on a future, and the look-up of credentials. Its {@code execute} must return at once; threads may be
         * blocked, so virtual threads or an executor that copies a logging context are good choices. The executor is never
         * shut down by the transport. {@code onSubscribe}, and events that are there when they are requested, come on the
         * thread that calls; {@code onNext} of a {@link NonBlockingSubscriber} comes on the thread that reads. If the
         * executor refuses a task, a thread of the library runs it. Default: threads of the library, as many as are needed.
         */
        public Builder executor(Executor yours) {
            dispatcher = Dispatcher.using(yours);
            return this;
        }

        /** Lets TLS connections use HTTP/2; cleartext stays with HTTP/1.1. Default false. */
        public Builder http2(boolean allowed) {
            http2 = allowed;
            return this;
        }

        /** How often a request may be sent; default {@link RetryPolicy#defaults()}. */
        public Builder retries(RetryPolicy policy) {
            retries = policy;
            return this;
        }

        /** How long a connection may take, for a client of the transport's own; zero for any time. Default 10 s. */
        public Builder connectTimeout(Duration limit) {
            connectTimeout = limit;
            return this;
        }

        /** How much is read of an answer that is an error. Default 64 KiB. */
        public Builder maxErrorBytes(int bytes) {
            maxErrorBytes = bytes;
            return this;
        }

        Builder timer(Timer clock) {
            timer = clock;
            return this;
        }

        Builder random(DoubleSupplier source) {
            random = source;
            return this;
        }

        /**
         * The transport.
         *
         * @throws LlmException of kind {@link Kind#CONFIGURATION} if the client follows redirects
         */
        public HttpTransport build() {
            if (client != null && client.followRedirects() != HttpClient.Redirect.NEVER) {
                throw new LlmException(
                        Kind.CONFIGURATION,
                        "The HTTP client follows redirects and would take the key along; build it with Redirect.NEVER.");
            }
            return new HttpTransport(this);
        }
    }
}
