package dev.postern.http;

import dev.postern.call.CallScope;
import dev.postern.flow.Delivery;
import dev.postern.flow.Demand;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.Fatal;
import dev.postern.flow.SerialLoop;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange as a stream of items with full back-pressure. Each signal of the JDK, the subscriber and the timer
 * is recorded and wakes the loop, whose pass, {@link #run}, acts on all of them.
 *
 * <p>The invariant: <em>request one chunk from upstream only when no decoded item is waiting and the subscriber wants
 * an item.</em> So the only buffer is the items of one chunk, and what the decoder keeps of an unfinished item. What
 * the subscriber does not request stays in the socket.
 */
final class DecodedStream<T> implements Flow.Subscription, Runnable {
    private final HttpTransport transport;
    private final Dispatcher dispatcher;
    private final Operation<T> operation;
    private final Delivery<T> downstream;
    private final SerialLoop loop;
    private final Demand demand = new Demand();
    private final ExchangeTimeouts limits;
    private final Exchange exchange;
    private final CallScope.@Nullable Attempt attempt;

    // Written by any thread, read by the pass.
    private volatile boolean cancelled;
    private volatile boolean over; // the end was signalled
    private volatile @Nullable Throwable violation; // by the subscriber, such as a request for 0 items

    // Used by the pass only.
    private final ArrayDeque<T> ready = new ArrayDeque<>(1); // as a rule, an item is delivered at once
    private final Consumer<T> sink = ready::add;
    private @Nullable Decoder<T> decoder;
    private boolean begun; // the total timeout runs
    private boolean failed; // by its status; an error is signalled even without demand
    private boolean sent; // the request was made
    private boolean awaiting; // a chunk was requested
    private boolean reading = true;
    private @Nullable Throwable failure; // null after a success
    private long delivered;

    /**
     * The limits that all attempts of a call share.
     *
     * @param totalNanos the limit for the whole exchange, from now; 0 for none
     * @param isDeadline whether the deadline of the context is this limit, rather than the total timeout
     * @param errorBodies the rest of the time that all attempts of the call together may wait for bodies of errors, in
     *     nanoseconds
     */
    record Limits(long totalNanos, boolean isDeadline, AtomicLong errorBodies) {}

    /**
     * Creates a stream that has sent nothing.
     *
     * @param dispatcher decides where the request is made and the subscriber is called
     * @param attempt is told when the head comes, and may add headers to the request; null if nobody wants to see it
     */
    DecodedStream(
            HttpTransport transport,
            Dispatcher dispatcher,
            Operation<T> operation,
            Limits total,
            Flow.Subscriber<? super T> downstream,
            boolean nonBlocking,
            CallScope.@Nullable Attempt attempt) {
        this.transport = transport;
        this.dispatcher = dispatcher;
        this.operation = operation;
        this.downstream = dispatcher.deliveryTo(downstream, nonBlocking);
        this.loop = this.downstream.loop(this);
        this.attempt = attempt;
        this.exchange = new Exchange(transport, loop::signal);
        this.limits = new ExchangeTimeouts(transport.timer(), operation.timeouts(), total, exchange::end, this::close);
    }

    /** Calls {@code onSubscribe}, then sends the request. */
    void open() {
        Throwable thrown = downstream.subscribe(this);
        if (thrown != null) {
            violation = thrown;
        }
        loop.open();
        if (exchange.isClosed()) {
            return;
        }
        Runnable sending = () -> exchange.send(operation, attempt);
        if (transport.beginsOnOtherThread(operation)) {
            dispatcher.start(sending);
        } else {
            dispatcher.runBlocking(sending);
        }
    }

    /** Ends the call with a failure that comes neither from the server nor from the subscriber. */
    void end(Throwable cause) {
        exchange.end(cause);
    }

    /** Whether the server had probably closed the connection before. */
    boolean looksStale() {
        return exchange.looksStale();
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.add(n);
        } else {
            violation = new IllegalArgumentException(
                    "request(" + n + "): the number of requested items must be at least 1 (§3.9)");
        }
        loop.signal();
    }

    @Override
    public void cancel() {
        if (!over) { // after the end nothing is to be cancelled, and the connection may be reused
            cancelled = true;
            close();
            loop.signal();
        }
    }

    private void close() {
        exchange.close();
        limits.close();
    }

    /** The pass of the loop. Nothing may be thrown from it; otherwise the socket would stay open. */
    @Override
    public void run() {
        try {
            act();
        } catch (Throwable thrown) { // there is no memory or no thread, for example
            abort(thrown);
        }
    }

    private void act() {
        if (cancelled || over) {
            ready.clear();
            exchange.takeChunk();
            if (cancelled || exchange.ending() != null) { // otherwise the rest of the body is being read
                limits.close();
            }
            WireTap tap = tap();
            if (tap != null) {
                tap.cancelled(); // unless it had ended before
            }
            return;
        }
        Throwable wrong = violation;
        if (wrong != null) {
            abort(wrong);
            return;
        }
        if (!begun) {
            begun = true;
            limits.begin();
        }
        URI target = exchange.target();
        if (target != null && !sent) {
            sent = true;
            limits.awaitHead(target);
        }
        Exchange.Ending how = exchange.ending(); // BEFORE the chunk: a chunk may come before an end, but never after it
        List<ByteBuffer> chunk = exchange.takeChunk();
        if (chunk != null) {
            awaiting = false;
        }
        if (reading) {
            if (chunk != null) {
                limits.stopWaiting(); // not after the answer: a server that keeps sending is disconnected
            }
            read(chunk, how);
        }
        if (deliver() && ready.isEmpty()) { // items first, then the end
            if (!reading) {
                finish();
            } else {
                requestMore();
            }
        }
    }

    /** Decodes the chunk, and handles the end of the answer or of the exchange. */
    private void read(@Nullable List<ByteBuffer> chunk, Exchange.@Nullable Ending how) {
        try {
            Decoder<T> body = decoder();
            if (body != null && chunk != null) {
                for (ByteBuffer bytes : chunk) {
                    body.decode(bytes, sink);
                }
                if (!ready.isEmpty()) {
                    limits.tokenReceived();
                }
            }
            if (body != null && body.phase() == Decoder.Phase.DONE) {
                reading = false;
                body.end(sink);
                seenEnd(null);
                readRest(how);
            } else if (how != null) {
                reading = false;
                endOfExchange(body, how);
            }
        } catch (Throwable e) {
            reading = false;
            VirtualMachineError fatal = Fatal.in(e);
            failure = fatal != null ? fatal : Failures.undecodable(e, exchange.uri());
            seenEnd(failure);
            if (how == null || how.cause() != null) {
                exchange.close();
            }
            limits.close();
        }
    }

    private @Nullable Decoder<T> decoder() {
        HttpReply reply = exchange.head();
        if (decoder == null && reply != null) {
            limits.stopWaiting();
            WireTap tap = tap();
            if (tap != null) {
                tap.head(reply);
            }
            if (attempt != null) {
                attempt.head(reply.status(), ScopedExchange.requestId(reply));
            }
            failed = !reply.isSuccess();
            if (failed) {
                decoder = BoundedBody.of(operation, reply, transport.maxErrorBytes(), tap);
            } else {
                reply.contentLength(); // otherwise the failure of the JDK's client would look like a cut
                Decoder<T> plain = operation.decoder(reply);
                decoder = Inflating.around(tap == null ? plain : tap.around(plain), reply);
            }
        }
        return decoder;
    }

    /** Handles the end of the exchange. */
    private void endOfExchange(@Nullable Decoder<T> body, Exchange.Ending how) {
        Throwable cause = how.cause();
        if (cause != null) {
            exchange.close();
        }
        if (body != null && (cause == null || body.isComplete())) {
            body.end(sink); // a cut after the answer loses nothing: some servers omit the last chunk
        } else if (cause != null) {
            failure = describe(cause, body == null);
        }
        seenEnd(failure);
        limits.close();
    }

    private @Nullable WireTap tap() {
        return exchange.target() == null ? null : exchange.tap();
    }

    private void seenEnd(@Nullable Throwable how) {
        WireTap tap = tap();
        if (tap != null) {
            tap.end(how);
        }
    }

    private Throwable describe(Throwable cause, boolean beforeHead) {
        VirtualMachineError fatal = Fatal.in(cause);
        if (fatal != null) {
            return fatal;
        }
        return beforeHead
                ? Failures.beforeHead(cause, exchange.uri(), transport.connectTimeout())
                : Failures.inBody(cause, exchange.uri());
    }

    /** The answer is complete: reads the rest of the body for a short time, so that the connection can be reused. */
    private void readRest(Exchange.@Nullable Ending how) {
        if (how == null && exchange.hasBody()) {
            exchange.markIdle();
            limits.awaitEndOfBody();
            exchange.request(Long.MAX_VALUE);
        } else {
            limits.close();
        }
    }

    /** Delivers items up to the demand. Returns false if the subscriber has cancelled or failed. */
    private boolean deliver() {
        long asked = demand.total();
        for (T next; delivered < asked && (next = ready.poll()) != null; ) {
            delivered++;
            Throwable thrown = downstream.next(next);
            if (thrown != null) {
                abort(thrown);
                return false;
            }
            if (cancelled) {
                return false;
            }
        }
        return true;
    }

    /** Ends the stream with a failure immediately; items that are not delivered are dropped. */
    private void abort(Throwable why) {
        ready.clear();
        reading = false;
        failure = why;
        seenEnd(why);
        close();
        if (!cancelled && !over) {
            finish();
        }
    }

    private void finish() {
        over = true;
        downstream.end(failure);
    }

    private void requestMore() {
        Decoder<T> reader = decoder;
        boolean wanted = delivered < demand.total();
        if (operation.isStream()) {
            awaitToken(wanted, reader);
        }
        if (reader != null && exchange.hasBody() && !awaiting && (failed || wanted)) {
            awaiting = true;
            limits.awaitBytes(failed, reader.phase());
            exchange.request(1);
        }
    }

    private void awaitToken(boolean wanted, @Nullable Decoder<T> reader) {
        if (reader != null
                && (reader.isWhole() || reader.phase() != Decoder.Phase.OPEN)) { // the body of an error never is OPEN
            limits.stopAwaitingToken();
        } else if (wanted) {
            limits.awaitToken();
        }
    }
}
