package dev.postern.http;

import dev.postern.flow.Demand;
import dev.postern.flow.SerialLoop;
import dev.postern.flow.Threads;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange as a stream of items with full back-pressure. The only class of the pipeline that knows threads:
 * every signal, from the JDK, from downstream or from the timer, is recorded and wakes the loop; one {@link #pass} acts.
 *
 * <p>The invariant: <em>ask upstream for one chunk only when nothing decoded is waiting and somebody downstream wants an
 * item.</em> So the only buffer is one chunk's worth of items plus what the decoder keeps of an unfinished one, and what
 * nobody asks for stays in the socket.
 */
final class DecodedStream<T> implements Flow.Subscription {
    /** How the exchange ended; without a cause, well. */
    private record Ending(@Nullable Throwable cause) {}

    private static final Ending COMPLETE = new Ending(null);

    private final HttpTransport transport;
    private final Operation<T> operation;
    private final Flow.Subscriber<? super T> downstream;
    private final boolean nonBlocking; // downstream, which may get its items from the thread that reads
    private final SerialLoop loop = new SerialLoop(this::pass);
    private final Demand demand = new Demand();
    private final Patience patience;
    private final Wire wire = new Wire(this);

    // Recorded by anyone, read by the pass.
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>(); // the first one wins
    private volatile @Nullable CompletableFuture<?> exchange;
    private volatile @Nullable HttpReply head;
    private volatile Flow.@Nullable Subscription upstream;
    private volatile @Nullable List<ByteBuffer> inbox; // one at most: we ask for one at a time
    private volatile boolean cancelled;
    private volatile boolean hungUp; // what begins now is closed at once
    private volatile boolean over; // downstream was told the end
    private volatile URI uri = URI.create("about:blank"); // until the request is made
    private volatile @Nullable Throwable mistake; // of downstream: a request for nothing

    // Touched by the pass only.
    private final ArrayDeque<T> ready = new ArrayDeque<>();
    private final Consumer<T> sink = ready::add;
    private @Nullable Decoder<T> decoder;
    private boolean awaiting;
    private boolean reading = true;
    private @Nullable Throwable failure; // of the reading; null after a good end
    private long sent;

    DecodedStream(
            HttpTransport transport,
            Operation<T> operation,
            long totalNanos,
            Flow.Subscriber<? super T> downstream,
            boolean nonBlocking) {
        this.transport = transport;
        this.operation = operation;
        this.downstream = downstream;
        this.nonBlocking = nonBlocking;
        this.patience = new Patience(transport.timer(), operation.timeouts(), totalNanos, this::end, this::hangUp);
    }

    /** Hands out the subscription, then sends the request. */
    void open() {
        downstream.onSubscribe(this);
        loop.open();
        if (hungUp) {
            return;
        }
        if (Threads.isReading()) { // one stream's item led to this call
            Threads.elsewhere(this::send);
        } else {
            send();
        }
    }

    private void send() {
        if (hungUp) { // while it was handed over
            return;
        }
        try {
            HttpCall call = operation.call();
            uri = call.uri();
            HttpRequest request = call.toRequest(transport.versionFor(call.uri()));
            patience.awaitHead(call.uri());
            CompletableFuture<?> sending = transport.client().sendAsync(request, wire);
            exchange = sending;
            var unused = sending.whenComplete((done, thrown) -> {
                if (thrown != null) {
                    end(thrown);
                }
            });
        } catch (RuntimeException | Error e) { // the credentials, the request, or the client's executor
            end(e);
        }
        if (hungUp) { // between the check in open() and now
            hangUp();
        }
    }

    void headCame(HttpResponse.ResponseInfo info) {
        head = new HttpReply(uri, info.statusCode(), info.headers(), new byte[0]);
        transport.answered();
    }

    void bodyBegins(Flow.Subscription subscription) {
        upstream = subscription;
        if (hungUp) {
            subscription.cancel();
        }
        loop.signal();
    }

    void chunkCame(List<ByteBuffer> chunk) {
        inbox = chunk;
        if (nonBlocking || !Threads.isReading()) {
            loop.signal();
        } else {
            Threads.elsewhere(loop::signal); // decoding, too: so many streams use many cores
        }
    }

    /** Somebody other than downstream ends the call. */
    void end(Throwable cause) {
        end(new Ending(cause));
    }

    /** The body is over, as it says itself. */
    void complete() {
        end(COMPLETE);
    }

    private void end(Ending how) {
        if (ending.compareAndSet(null, how)) {
            if (Threads.isReading()) {
                Threads.elsewhere(loop::signal); // where it ends anyway; until then a whole answer has to be read
            } else {
                loop.signal();
            }
        }
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.add(n);
        } else {
            mistake = new IllegalArgumentException("request(" + n + "): ask for at least 1 item (§3.9)");
        }
        loop.signal();
    }

    @Override
    public void cancel() {
        if (!over) { // after the end there is nothing to cancel, and the connection may still be of use
            cancelled = true;
            hangUp();
            loop.signal();
        }
    }

    /** Closes the exchange, wherever it is. */
    private void hangUp() {
        hungUp = true; // before the look at upstream: either it is closed here, or where it begins
        Flow.Subscription body = upstream;
        if (body != null) {
            body.cancel(); // after the headers only this closes the connection
        }
        CompletableFuture<?> sending = exchange;
        if (sending != null) {
            sending.cancel(true); // and before the headers only this
        }
        wire.forget();
        patience.close();
    }

    private void pass() {
        if (cancelled || over) {
            ready.clear();
            inbox = null;
            if (cancelled || ending.get() != null) { // else the rest of a whole answer is being read
                patience.close();
            }
            return;
        }
        Throwable wrong = mistake;
        if (wrong != null) {
            abandon(wrong);
            return;
        }
        Ending how = ending.get(); // BEFORE the inbox: a chunk may precede an ending, but never follow it
        List<ByteBuffer> chunk = inbox;
        if (chunk != null) {
            inbox = null;
            awaiting = false;
        }
        if (reading) {
            if (chunk != null) {
                patience.rest(); // not while lingering: a server that talks on is hung up on all the same
            }
            read(chunk, how);
        }
        if (!nonBlocking && !ready.isEmpty() && Threads.isReading()) {
            Threads.elsewhere(loop::signal); // somebody asked on that thread
        } else if (deliver() && ready.isEmpty()) { // items first, then the ending
            if (!reading) {
                finish();
            } else {
                ask();
            }
        }
    }

    /** Decodes what came, and sees whether that was all. */
    private void read(@Nullable List<ByteBuffer> chunk, @Nullable Ending how) {
        try {
            Decoder<T> body = decoder();
            if (body != null && chunk != null) {
                for (ByteBuffer bytes : chunk) {
                    body.decode(bytes, sink);
                }
            }
            if (body != null && body.phase() == Decoder.Phase.DONE) {
                reading = false;
                body.end(sink);
                linger(how);
            } else if (how != null) {
                reading = false;
                close(body, how);
            }
        } catch (RuntimeException | Error e) {
            reading = false;
            failure = Failures.undecodable(e, uri);
            if (how == null || how.cause() != null) {
                hangUp();
            }
            patience.close();
        }
    }

    private @Nullable Decoder<T> decoder() {
        HttpReply reply = head;
        if (decoder == null && reply != null) {
            patience.rest();
            decoder = reply.isSuccess()
                    ? operation.decoder(reply)
                    : new BoundedBody<>(operation, reply, transport.maxErrorBytes());
        }
        return decoder;
    }

    /** There will be no more bytes, for this reason. */
    private void close(@Nullable Decoder<T> body, Ending how) {
        Throwable cause = how.cause();
        if (cause != null) {
            hangUp();
        }
        if (body != null && (cause == null || body.phase() != Decoder.Phase.OPEN)) {
            body.end(sink); // a cut after the answer is no loss: some servers forget the last chunk
        } else if (cause != null) {
            failure = body == null
                    ? Failures.beforeHead(cause, uri, transport.connectTimeout())
                    : Failures.inBody(cause, uri);
        }
        patience.close();
    }

    /** The answer is whole, the exchange may not be: reads the rest for a moment, so that the connection can be kept. */
    private void linger(@Nullable Ending how) {
        Flow.Subscription body = upstream;
        if (how == null && body != null) {
            patience.linger();
            body.request(Long.MAX_VALUE);
        } else {
            patience.close();
        }
    }

    /** Hands out what is asked for. Returns false when downstream is gone. */
    private boolean deliver() {
        long asked = demand.total();
        try {
            for (T next; sent < asked && (next = ready.poll()) != null; ) {
                sent++;
                downstream.onNext(next);
                if (cancelled) {
                    return false;
                }
            }
            return true;
        } catch (Throwable thrown) { // §2.13 forbids it; without this the loop would be stuck and the socket open
            abandon(thrown);
            return false;
        }
    }

    /** Downstream broke the rules: it is told so at once, whatever still waits for it. */
    private void abandon(Throwable why) {
        ready.clear();
        reading = false;
        failure = why;
        hangUp();
        finish();
    }

    /** Whatever the end leads to, another attempt or what hangs on a future, may block. */
    private void finish() {
        if (Threads.isReading()) {
            Threads.elsewhere(loop::signal); // the next pass comes here again
            return;
        }
        over = true;
        if (failure == null) {
            downstream.onComplete();
        } else {
            downstream.onError(failure);
        }
    }

    private void ask() {
        Flow.Subscription body = upstream;
        Decoder<T> reader = decoder;
        if (body == null || reader == null || awaiting) {
            return;
        }
        boolean failed = reader instanceof BoundedBody; // an error is due even to a subscriber that asks for nothing
        if (failed || sent < demand.total()) {
            awaiting = true;
            patience.awaitBytes(failed, reader.phase());
            body.request(1);
        }
    }
}
