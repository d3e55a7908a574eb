package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.flow.Inlet;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP side of a {@link DecodedStream}: sends the request, keeps what the JDK's client signals until the stream's pass
 * takes it, and can be closed at any moment. Each signal is recorded, then the stream's loop is woken. Thread-safe.
 */
final class Exchange {
    /** How the exchange ended; without a cause, well. */
    record Ending(@Nullable Throwable cause) {}

    private static final Ending COMPLETE = new Ending(null);
    private static final Object CLOSED = new Object();
    private static final URI NOWHERE = URI.create("about:blank");
    /** A server that has closed a connection refuses what comes over it at once. */
    private static final long AT_ONCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final HttpTransport transport;
    private final Runnable wake;
    private final Inlet inlet;
    private final Wire wire = new Wire(this);

    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>(); // the first one wins
    /** What closes the exchange at the client: the sending, then the body, then nothing any more. */
    private final AtomicReference<@Nullable Object> open = new AtomicReference<>();

    private volatile @Nullable HttpReply head;
    private volatile Flow.@Nullable Subscription body;
    private volatile @Nullable List<ByteBuffer> inbox; // one at most: one is asked for at a time
    private volatile boolean hungUp; // what begins from now on is closed at once
    private volatile @Nullable URI uri;
    private volatile boolean stale;
    private final AtomicBoolean leftIdle = new AtomicBoolean(); // its connection counts as idle

    /**
     * An exchange that sends nothing yet.
     *
     * @param wake wakes the stream's loop
     */
    Exchange(HttpTransport transport, Runnable wake) {
        this.transport = transport;
        this.wake = wake;
        this.inlet = transport.inlet();
    }

    // ---- for the stream

    /** Sends the request. May block, as the operation may look up credentials. */
    void send(Operation<?> operation) {
        if (hungUp) {
            return;
        }
        try {
            HttpCall call = made(operation);
            HttpRequest request = call.toRequest(transport.versionFor(call.uri()));
            uri = call.uri();
            wake.run(); // so that the wait for the head begins before the request goes out
            if (!hungUp) {
                start(request, call.uri());
            }
        } catch (Throwable e) { // the credentials, the request, or the client's executor
            end(e);
        }
    }

    /**
     * The operation's request. A request that the operation refuses has not reached any server, and the exception says so. A
     * wrong configuration is not the request's fault: another backend may be set up well.
     */
    private static HttpCall made(Operation<?> operation) {
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
        CompletableFuture<?> started = transport.client().sendAsync(request, wire);
        if (!open.compareAndSet(null, started) && open.get() == CLOSED && head == null) {
            started.cancel(true); // it was closed while the client began
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

    /**
     * Whether the exchange failed as one does whose connection the server had closed before, so that the server never saw
     * the request: there was an idle connection that it may have used, and the failure came at once and before any byte of
     * an answer.
     */
    boolean looksStale() {
        return stale;
    }

    /** Asks for bytes of the body, which must have begun. */
    void request(long chunks) {
        Flow.Subscription begun = body;
        if (begun != null) {
            Inlet.request(begun, chunks);
        }
    }

    /** Closes the exchange, wherever it is. The client is told once, by the first call. */
    void hangUp() {
        hungUp = true; // what begins from now on is closed where it begins
        Object closing = open.getAndSet(CLOSED);
        if (closing instanceof Flow.Subscription begun) {
            Inlet.cancel(begun); // after the headers only this closes the connection
        } else if (closing instanceof CompletableFuture<?> started) {
            started.cancel(true); // and before the headers only this
        }
        wire.forget();
        inlet.close();
        Ending how = ending.get();
        boolean complete = how != null && how.cause() == null;
        if (!complete && leftIdle.compareAndSet(true, false)) {
            transport.idleConnections().take(uri()); // it was announced, and is closed instead
        }
    }

    /** The answer is whole. Its connection is idle now, or in a moment: the JDK may use it before it tells us the end. */
    void leaveIdle() {
        HttpReply answered = head;
        if (answered != null
                && !answered.header("connection").equalsIgnoreCase("close")
                && leftIdle.compareAndSet(false, true)) {
            transport.idleConnections().give(answered.uri());
        }
    }

    /** Whether it was closed by us. */
    boolean isHungUp() {
        return hungUp;
    }

    /** Where the request goes to; null until it is made. */
    @Nullable
    URI target() {
        return uri;
    }

    /** The same, for errors. */
    URI uri() {
        URI known = uri;
        return known == null ? NOWHERE : known;
    }

    /** The status line and the headers; null until they came. */
    @Nullable
    HttpReply head() {
        return head;
    }

    /** Whether the body has begun, so that bytes can be asked for. */
    boolean hasBody() {
        return body != null;
    }

    /** How it ended; null as long as it did not. To be read before the chunk: a chunk may precede an end, but never follow it. */
    @Nullable
    Ending ending() {
        return ending.get();
    }

    /** Takes the chunk that has come, if there is one. */
    @Nullable
    List<ByteBuffer> takeChunk() {
        List<ByteBuffer> chunk = inbox;
        if (chunk != null) {
            inbox = null;
        }
        return chunk;
    }

    /** Somebody other than the server ends the exchange. */
    void end(Throwable cause) {
        if (ending.compareAndSet(null, new Ending(cause))) {
            wake.run();
        }
    }

    // ---- for the JDK's client

    void headCame(HttpResponse.ResponseInfo info) {
        inlet.headCame(info.version() == HttpClient.Version.HTTP_1_1);
        head = new HttpReply(uri(), info.statusCode(), info.headers(), new byte[0]);
    }

    void bodyBegins(Flow.Subscription subscription) {
        body = subscription;
        Object before = open.get();
        while (before != CLOSED && !open.compareAndSet(before, subscription)) {
            before = open.get();
        }
        if (before == CLOSED) {
            Inlet.cancel(subscription);
        }
        inlet.ofBody(wake, false);
    }

    void chunkCame(List<ByteBuffer> chunk) {
        inbox = chunk;
        inlet.ofBody(wake, true);
    }

    void failed(Throwable thrown) {
        if (overAtClient(new Ending(thrown))) {
            inlet.ofFailure(wake);
        }
    }

    /** The body is over, as the server says itself. */
    void complete() {
        leaveIdle();
        open.set(CLOSED); // there is nothing left to close
        if (overAtClient(COMPLETE)) {
            inlet.ofBody(wake, false);
        }
    }

    private boolean overAtClient(Ending how) {
        inlet.close();
        return ending.compareAndSet(null, how);
    }
}
