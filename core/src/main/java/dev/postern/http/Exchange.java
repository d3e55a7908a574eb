package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.call.CallScope;
import dev.postern.flow.ClientBoundary;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.WaitingCaller;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP side of a {@link DecodedStream}. It sends the request, records each signal of the JDK's client, and then
 * wakes the loop of the stream, whose pass takes what was recorded. It can be closed at any moment. Thread-safe.
 */
final class Exchange {
    /** The end of an exchange. Without a cause, it is a success. */
    record Ending(@Nullable Throwable cause) {}

    private static final Ending COMPLETE = new Ending(null);
    private static final Object CLOSED = new Object();
    private static final URI NOWHERE = URI.create("about:blank");
    /** If the server has closed the connection, a request on it fails within this time. */
    private static final long AT_ONCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final HttpTransport transport;
    private final Runnable wake;
    private final ClientBoundary boundary;
    private final BodyBridge bridge = new BodyBridge(this);
    private final boolean byWaitingThread;

    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>(); // the first one counts
    /** What must be cancelled to close the exchange: first the sending, then the body, at last {@link #CLOSED}. */
    private final AtomicReference<@Nullable Object> open = new AtomicReference<>();

    private volatile @Nullable HttpReply head;
    private volatile Flow.@Nullable Subscription body;
    private volatile @Nullable List<ByteBuffer> inbox; // one chunk at most, as one is requested at a time
    private volatile boolean closed; // what begins from now on is cancelled where it begins
    private volatile @Nullable URI uri;
    /** What logs or records the exchange; null as a rule. Written before the address. */
    private @Nullable WireTap tap;

    private volatile boolean stale;
    private final AtomicBoolean markedIdle = new AtomicBoolean(); // its connection counts as idle

    /**
     * Creates an exchange that has not been sent.
     *
     * @param wake wakes the loop of the stream
     */
    Exchange(HttpTransport transport, Runnable wake) {
        this.transport = transport;
        this.wake = wake;
        this.boundary = transport.boundary();
        this.byWaitingThread = transport.sendsByWaitingThread() && WaitingCaller.isPresent();
    }

    // ---- for the stream

    /** Sends the request as this attempt, if it is one. May block while the operation looks up credentials. */
    void send(Operation<?> operation, CallScope.@Nullable Attempt attempt) {
        if (closed) {
            return;
        }
        try {
            HttpCall call =
                    requestOf(operation).plus(attempt == null ? Map.of() : attempt.headers(), !isSigned(operation));
            HttpRequest request = call.toRequest(transport.versionFor(call.uri()));
            tap = transport.tap(operation, attempt, call);
            uri = call.uri();
            wake.run(); // so that the wait for the head begins before the request is sent
            if (!closed) {
                start(request, call.uri());
            }
        } catch (Throwable e) { // of the credentials, the request, or the executor of the client
            end(e);
        }
    }

    private static boolean isSigned(Operation<?> operation) {
        return operation instanceof ModelOperation<?> call && call.signsHeaders();
    }

    /**
     * The request of the operation. If the operation refuses it, the exception says that no server has seen it. A wrong
     * configuration is not marked in this way, because another backend may be configured correctly.
     */
    private static HttpCall requestOf(Operation<?> operation) {
        try {
            return operation.call();
        } catch (LlmException e) {
            boolean refused = e.kind() == Kind.INVALID_REQUEST || e.kind() == Kind.UNSUPPORTED;
            if (!refused || e.refusedBeforeSending()) {
                throw e;
            }
            LlmException marked = e.toBuilder().refusedBeforeSending(true).build();
            marked.setStackTrace(e.getStackTrace());
            for (Throwable suppressed : e.getSuppressed()) {
                marked.addSuppressed(suppressed);
            }
            throw marked;
        }
    }

    private void start(HttpRequest request, URI to) {
        boolean mayBeReused = transport.idleConnections().take(to);
        long begun = transport.timer().nanoTime();
        CompletableFuture<?> started = send(request);
        if (!open.compareAndSet(null, started) && open.get() == CLOSED && head == null) {
            started.cancel(true); // it was closed while the client was sending
        }
        var unused = started.whenComplete((done, thrown) -> {
            if (thrown != null) {
                stale = mayBeReused
                        && head == null
                        && transport.timer().nanoTime() - begun <= AT_ONCE_NANOS
                        && Failures.isBreak(thrown);
                failed(thrown);
            }
        });
    }

    private CompletableFuture<?> send(HttpRequest request) {
        HttpClient client = transport.client();
        if (!byWaitingThread) {
            return client.sendAsync(request, bridge);
        }
        Sending sending = new Sending(client, request, bridge);
        Dispatcher.shared().start(sending);
        return sending;
    }

    /**
     * Whether the server had probably closed the connection before, and has not seen the request: there was an idle
     * connection that the exchange may have used, and it failed immediately, before any byte of an answer.
     */
    boolean looksStale() {
        return stale;
    }

    /** Requests chunks of the body, which must have begun. */
    void request(long chunks) {
        Flow.Subscription begun = body;
        if (begun != null) {
            ClientBoundary.request(begun, chunks);
        }
    }

    /** Closes the exchange in any phase. The first call cancels at the client. */
    void close() {
        closed = true; // what begins from now on is cancelled where it begins
        Object closing = open.getAndSet(CLOSED);
        if (closing instanceof Flow.Subscription begun) {
            ClientBoundary.cancel(begun); // after the head, only this closes the connection
        } else if (closing instanceof CompletableFuture<?> started) {
            started.cancel(true); // before the head, only this does
        }
        bridge.detach();
        boundary.close();
        Ending how = ending.get();
        boolean complete = how != null && how.cause() == null;
        if (!complete && markedIdle.compareAndSet(true, false)) {
            transport.idleConnections().take(uri()); // it was counted, and is closed now
        }
    }

    /** The answer is complete. Counts its connection as idle now, as the JDK may reuse it before it signals the end. */
    void markIdle() {
        HttpReply answered = head;
        if (answered != null
                && !answered.header("connection").equalsIgnoreCase("close")
                && markedIdle.compareAndSet(false, true)) {
            transport.idleConnections().add(answered.uri());
        }
    }

    /** Whether {@link #close} was called. */
    boolean isClosed() {
        return closed;
    }

    /** The address of the request; null until the request is made. */
    @Nullable
    URI target() {
        return uri;
    }

    /** The same for messages of errors; never null. */
    URI uri() {
        URI known = uri;
        return known == null ? NOWHERE : known;
    }

    /** What sees the bytes; null if nothing does. Only after {@link #target} has returned an address. */
    @Nullable
    WireTap tap() {
        return tap;
    }

    /** The status and the headers; null until they are received. */
    @Nullable
    HttpReply head() {
        return head;
    }

    /** Whether the body has begun, so chunks can be requested. */
    boolean hasBody() {
        return body != null;
    }

    /** The end; null before. Read it before the chunk, as a chunk may come before an end but never after it. */
    @Nullable
    Ending ending() {
        return ending.get();
    }

    /** Takes the chunk that was received, or null. */
    @Nullable
    List<ByteBuffer> takeChunk() {
        List<ByteBuffer> chunk = inbox;
        if (chunk != null) {
            inbox = null;
        }
        return chunk;
    }

    /** Ends the exchange with a failure that does not come from the server. */
    void end(Throwable cause) {
        if (ending.compareAndSet(null, new Ending(cause))) {
            wake.run();
        }
    }

    // ---- for the JDK's client, through BodyBridge

    void headReceived(HttpResponse.ResponseInfo info) {
        boundary.headReceived(info.version() == HttpClient.Version.HTTP_1_1);
        head = new HttpReply(uri(), info.statusCode(), info.headers(), HttpReply.NO_BODY);
    }

    void bodyStarted(Flow.Subscription subscription) {
        body = subscription;
        Object before = open.get();
        while (before != CLOSED && !open.compareAndSet(before, subscription)) {
            before = open.get();
        }
        if (before == CLOSED) {
            ClientBoundary.cancel(subscription);
        }
        boundary.ofBody(wake, false);
    }

    void chunkReceived(List<ByteBuffer> chunk) {
        inbox = chunk;
        boundary.ofBody(wake, true);
    }

    void failed(Throwable thrown) {
        if (overAtClient(new Ending(thrown))) {
            boundary.ofFailure(wake);
        }
    }

    /** The body has ended regularly. */
    void complete() {
        markIdle();
        open.set(CLOSED); // nothing is left to cancel
        if (overAtClient(COMPLETE)) {
            boundary.ofBody(wake, false);
        }
    }

    private boolean overAtClient(Ending how) {
        boundary.close();
        return ending.compareAndSet(null, how);
    }
}
