package dev.postern.http;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.NonBlockingSubscriber;
import dev.postern.Timeouts;
import dev.postern.call.CallScope;
import dev.postern.flow.ClientBoundary;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.SharedHttpClient;
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
 * Makes calls over one {@link HttpClient}, with retries, timeouts, back-pressure and cancellation. Whole answers and
 * streams are handled in the same way. Thread-safe. Several providers should share a transport, because each client has
 * a thread.
 *
 * <p>The default is HTTP/1.1: over cleartext, the JDK's upgrade to HTTP/2 makes several local servers lose the body,
 * and a hundred long streams fill an HTTP/2 connection. Redirects are not followed, because the key would be sent to
 * the new address. Compression is not requested, but gzip and deflate are inflated.
 *
 * <p>On Java 17, the JDK's client leaks a socket with each call to a peer that does not speak HTTP. Such a call fails
 * with {@link Kind#PROTOCOL}; do not call such an address often.
 */
public final class HttpTransport implements AutoCloseable {
    private final @Nullable SharedHttpClient owned;
    private final boolean http2;
    private final RetryPolicy retries;
    private final int maxErrorBytes;
    private final Duration connectTimeout;
    private final Timer timer;
    private final @Nullable DoubleSupplier random;
    private final Set<Attempts<?>> running = ConcurrentHashMap.newKeySet();
    private final Dispatcher dispatcher;
    private final @Nullable Executor clientExecutor;
    private final IdleConnections idleConnections;
    private final boolean sendsByWaitingThread;
    private final @Nullable WireLog wireLog;
    private final @Nullable WireRecorder recorder;
    private volatile boolean tapped;
    private volatile @Nullable HttpClient client;

    private HttpTransport(Builder builder) {
        http2 = builder.http2;
        retries = builder.retries;
        String wire = builder.wireLog == null ? System.getProperty("dev.postern.wire") : null;
        wireLog = wire == null ? builder.wireLog : WireLog.ofProperty(wire);
        recorder = builder.recorder;
        maxErrorBytes = builder.maxErrorBytes;
        timer = builder.timer;
        idleConnections = new IdleConnections(timer);
        random = builder.random;
        sendsByWaitingThread = builder.sendsByWaitingThread;
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

    /** A builder with the defaults: an own client, HTTP/1.1, three attempts. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The answer as a stream of the items that the decoder makes. Cold: each subscription makes a call. Every failure
     * is an {@link LlmException}, except for what the subscriber itself throws, and errors of the virtual machine, such
     * as an {@link OutOfMemoryError}; these are passed on unchanged.
     */
    public <T> Flow.Publisher<T> stream(Operation<T> operation) {
        Objects.requireNonNull(operation, "operation");
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            new Attempts<>(this, operation, subscriber, NonBlockingSubscriber.isPromisedBy(subscriber)).start();
        };
    }

    /**
     * The only item that the decoder makes of the answer. Cancelling the future closes the exchange.
     */
    public <T> CompletableFuture<T> send(Operation<T> operation) {
        Single<T> single =
                new Single<>(() -> new LlmException(Kind.PROTOCOL, "The answer was empty; one item was expected."));
        new Attempts<>(this, Objects.requireNonNull(operation, "operation"), single, true).start();
        return single.answer();
    }

    /**
     * Ends all running calls with {@link Kind#CANCELLED}, also those whose attempt interceptors wait, and closes the client
     * unless it was passed to the builder.
     */
    @Override
    public void close() {
        client = null;
        for (Attempts<?> call : running) {
            call.abort(Attempts.closedWhileRunning());
        }
        if (owned != null) {
            owned.close();
        }
        if (tapped) {
            WireLines.flush();
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

    /**
     * Whether a call must begin on another thread, because the caller would notice neither a timeout nor an interrupt.
     */
    boolean beginsOnOtherThread(Operation<?> operation) {
        return operation.mayBlock() || !Dispatcher.handsOver(clientExecutor);
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Receives the signals of the client for one exchange. */
    ClientBoundary boundary() {
        return dispatcher.boundary(clientExecutor);
    }

    /** Whether a call for which a thread waits is sent by a thread that waits too; see {@link Sending}. */
    boolean sendsByWaitingThread() {
        return sendsByWaitingThread;
    }

    IdleConnections idleConnections() {
        return idleConnections;
    }

    /**
     * What logs or records an exchange; null if nothing does. The logger is not loaded unless someone asks for a log: loading it takes
     * a tenth of a first call.
     */
    @Nullable
    WireTap tap(Operation<?> operation, CallScope.@Nullable Attempt attempt, HttpCall call) {
        WireLog asked = wireLog;
        if (operation instanceof ModelOperation<?> of) {
            CallContext context = of.request().context();
            if (context != CallContext.NONE) {
                asked = context.get(WireLog.KEY).orElse(asked);
            }
        }
        WireLog log = asked == null ? null : WireLines.loggable(asked);
        WireRecorder recording = recorder != null && recorder.isRunning() ? recorder : null;
        if (log == null && recording == null) {
            return null;
        }
        boolean byLevel = asked != null && asked.depth == WireLog.BY_LEVEL;
        WireTap tap = WireTap.open(this, log, !byLevel, recording, operation, attempt, call);
        tapped = true;
        return tap;
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
        return random == null ? ThreadLocalRandom.current().nextDouble() : random.getAsDouble();
    }

    int maxErrorBytes() {
        return maxErrorBytes;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    /** The settings of a transport. Not thread-safe. */
    public static final class Builder {
        private @Nullable HttpClient client;
        private boolean http2;
        private RetryPolicy retries = RetryPolicy.defaults();
        private Duration connectTimeout = Timeouts.defaults().connect();
        private int maxErrorBytes = 64 << 10;
        private Dispatcher dispatcher = Dispatcher.shared();
        private Timer timer = Timer.system();
        private boolean sendsByWaitingThread = Sending.COSTS_LESS;
        private @Nullable DoubleSupplier random;
        private @Nullable WireLog wireLog;
        private @Nullable WireRecorder recorder;

        private Builder() {}

        /**
         * Your own client, for example with a proxy or TLS settings. Its connect timeout applies. {@link
         * HttpTransport#close} does not close it. It must not follow redirects, because the key would be sent to the
         * new address.
         */
        public Builder httpClient(HttpClient yours) {
            client = yours;
            return this;
        }

        /**
         * An executor for code of the application: {@code onNext} of plain subscribers, ends of streams, dependent
         * stages of futures, and the look-up of credentials for these. {@code execute} must return immediately. Tasks may block,
         * so virtual threads, or an executor that copies a logging context, are good choices. The transport does not
         * shut it down.
         *
         * <p>{@code onSubscribe}, and items that are available when they are requested, are delivered on the calling
         * thread. {@code onNext} of a {@link NonBlockingSubscriber} is called on the selector thread. If the executor
         * rejects a task, a thread of the library runs it. Default: as many threads of the library as are needed.
         *
         * <p>Blocking calls and {@link dev.postern.EventStream} use threads of the library instead, also for the
         * look-up of credentials. So a thread of the executor may wait for them, even if it is the only one. It must
         * not wait for a future, because the future needs another thread of the executor.
         */
        public Builder executor(Executor yours) {
            dispatcher = Dispatcher.using(yours);
            return this;
        }

        /** Whether TLS connections may use HTTP/2; cleartext always uses HTTP/1.1. Default false. */
        public Builder http2(boolean allowed) {
            http2 = allowed;
            return this;
        }

        /** When a failed request is sent again. Default {@link RetryPolicy#defaults()}. */
        public Builder retries(RetryPolicy policy) {
            retries = policy;
            return this;
        }

        /** The limit for making a connection, for the transport's own client; zero for none. Default 10 s. */
        public Builder connectTimeout(Duration limit) {
            connectTimeout = limit;
            return this;
        }

        /** The number of bytes that are read of the body of an error. Default 64 KiB. */
        public Builder maxErrorBytes(int bytes) {
            maxErrorBytes = bytes;
            return this;
        }

        /**
         * What is logged of each exchange. Default: what the system property {@code dev.postern.wire} says, else nothing; see {@link
         * WireLog}. {@link HttpTransport#close} waits for the log for at most a second.
         */
        public Builder wireLog(WireLog wanted) {
            wireLog = wanted;
            return this;
        }

        /** Shows each exchange to this recorder, which records it if it is running. Default: none. */
        public Builder recorder(WireRecorder yours) {
            recorder = yours;
            return this;
        }

        Builder timer(Timer clock) {
            timer = clock;
            return this;
        }

        Builder sendsByWaitingThread(boolean wanted) {
            sendsByWaitingThread = wanted;
            return this;
        }

        Builder random(DoubleSupplier source) {
            random = source;
            return this;
        }

        /**
         * Builds the transport.
         *
         * @throws LlmException of kind {@link Kind#CONFIGURATION} if the client follows redirects
         */
        public HttpTransport build() {
            if (client != null && client.followRedirects() != HttpClient.Redirect.NEVER) {
                throw new LlmException(
                        Kind.CONFIGURATION,
                        "The HTTP client follows redirects and would send the key to the new"
                                + " address; build it with Redirect.NEVER.");
            }
            return new HttpTransport(this);
        }
    }
}
