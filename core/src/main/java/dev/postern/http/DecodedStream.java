package dev.postern.http;

import dev.postern.flow.Delivery;
import dev.postern.flow.Demand;
import dev.postern.flow.Fatal;
import dev.postern.flow.SerialLoop;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange as a stream of items with full back-pressure. Every signal, from the JDK, from downstream or from the
 * timer, is recorded and wakes the loop; one {@link #pass} acts.
 *
 * <p>The invariant: <em>ask upstream for one chunk only when nothing decoded is waiting and somebody downstream wants an
 * item.</em> So the only buffer is one chunk's worth of items plus what the decoder keeps of an unfinished one, and what
 * nobody asks for stays in the socket.
 */
final class DecodedStream<T> implements Flow.Subscription {
    private final HttpTransport transport;
    private final Operation<T> operation;
    private final Delivery<T> downstream;
    private final SerialLoop loop;
    private final Demand demand = new Demand();
    private final Patience patience;
    private final Exchange exchange;

    // Recorded by anyone, read by the pass.
    private volatile boolean cancelled;
    private volatile boolean over; // downstream was told the end
    private volatile @Nullable Throwable mistake; // of downstream: a request for nothing

    // Touched by the pass only.
    private final ArrayDeque<T> ready = new ArrayDeque<>();
    private final Consumer<T> sink = ready::add;
    private @Nullable Decoder<T> decoder;
    private boolean begun; // the total timeout
    private boolean failed; // by its status; an error is due even to a subscriber that asks for nothing
    private boolean sent; // the request
    private boolean awaiting; // a chunk
    private boolean reading = true;
    private @Nullable Throwable failure; // of the reading; null after a good end
    private long delivered;

    /**
     * A stream that sends nothing yet.
     *
     * @param totalNanos what it may take from now; 0 for: any time
     * @param errorBodies what all attempts of the call together may wait for the bodies of errors
     */
    DecodedStream(
            HttpTransport transport,
            Operation<T> operation,
            long totalNanos,
            Patience.Budget errorBodies,
            Flow.Subscriber<? super T> downstream,
            boolean nonBlocking) {
        this.transport = transport;
        this.operation = operation;
        this.downstream = transport.dispatcher().deliveryTo(downstream, nonBlocking);
        this.loop = this.downstream.loop(this::pass);
        this.exchange = new Exchange(transport, loop::signal);
        this.patience = new Patience(
                transport.timer(), operation.timeouts(), totalNanos, errorBodies, exchange::end, this::hangUp);
    }

    /** Hands out the subscription, then sends the request. */
    void open() {
        Throwable thrown = downstream.subscribe(this);
        if (thrown != null) {
            mistake = thrown;
        }
        loop.open();
        if (exchange.isHungUp()) {
            return;
        }
        Runnable sending = () -> exchange.send(operation);
        if (transport.beginsElsewhere(operation)) {
            transport.dispatcher().start(sending);
        } else {
            transport.dispatcher().runBlocking(sending);
        }
    }

    /** Somebody other than downstream ends the call. */
    void end(Throwable cause) {
        exchange.end(cause);
    }

    /** Whether it failed as an exchange does whose connection the server had closed before. */
    boolean looksStale() {
        return exchange.looksStale();
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

    private void hangUp() {
        exchange.hangUp();
        patience.close();
    }

    /** Nothing may escape from the pass, or the loop would stand still and the socket stay open. */
    private void pass() {
        try {
            act();
        } catch (Throwable thrown) { // no memory or no thread, for example
            abandon(thrown);
        }
    }

    private void act() {
        if (cancelled || over) {
            ready.clear();
            exchange.takeChunk();
            if (cancelled || exchange.ending() != null) { // else the rest of a whole answer is being read
                patience.close();
            }
            return;
        }
        Throwable wrong = mistake;
        if (wrong != null) {
            abandon(wrong);
            return;
        }
        if (!begun) {
            begun = true;
            patience.begin();
        }
        URI target = exchange.target();
        if (target != null && !sent) {
            sent = true;
            patience.awaitHead(target);
        }
        Exchange.Ending how = exchange.ending(); // BEFORE the chunk: a chunk may precede an ending, but never follow it
        List<ByteBuffer> chunk = exchange.takeChunk();
        if (chunk != null) {
            awaiting = false;
        }
        if (reading) {
            if (chunk != null) {
                patience.rest(); // not while lingering: a server that talks on is hung up on all the same
            }
            read(chunk, how);
        }
        if (deliver() && ready.isEmpty()) { // items first, then the ending
            if (!reading) {
                finish();
            } else {
                ask();
            }
        }
    }

    /** Decodes what came, and sees whether that was all. */
    private void read(@Nullable List<ByteBuffer> chunk, Exchange.@Nullable Ending how) {
        try {
            Decoder<T> body = decoder();
            if (body != null && chunk != null) {
                for (ByteBuffer bytes : chunk) {
                    body.decode(bytes, sink);
                }
                if (!ready.isEmpty()) {
                    patience.tokenCame();
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
        } catch (Throwable e) {
            reading = false;
            failure = Fatal.or(e, thrown -> Failures.undecodable(thrown, exchange.uri()));
            if (how == null || how.cause() != null) {
                exchange.hangUp();
            }
            patience.close();
        }
    }

    private @Nullable Decoder<T> decoder() {
        HttpReply reply = exchange.head();
        if (decoder == null && reply != null) {
            patience.rest();
            failed = !reply.isSuccess();
            if (!failed) {
                ContentLength.of(reply); // or the JDK's client fails, and it would look like a cut
            }
            decoder = failed
                    ? BoundedBody.of(operation, reply, transport.maxErrorBytes())
                    : Inflating.around(operation.decoder(reply), reply);
        }
        return decoder;
    }

    /** There will be no more bytes, for this reason. */
    private void close(@Nullable Decoder<T> body, Exchange.Ending how) {
        Throwable cause = how.cause();
        if (cause != null) {
            exchange.hangUp();
        }
        if (body != null && (cause == null || body.isComplete())) {
            body.end(sink); // a cut after the answer is no loss: some servers forget the last chunk
        } else if (cause != null) {
            failure = Fatal.or(
                    cause,
                    thrown -> body == null
                            ? Failures.beforeHead(thrown, exchange.uri(), transport.connectTimeout())
                            : Failures.inBody(thrown, exchange.uri()));
        }
        patience.close();
    }

    /** The answer is whole, the exchange may not be: reads the rest for a moment, so that the connection can be kept. */
    private void linger(Exchange.@Nullable Ending how) {
        if (how == null && exchange.hasBody()) {
            exchange.leaveIdle();
            patience.linger();
            exchange.request(Long.MAX_VALUE);
        } else {
            patience.close();
        }
    }

    /** Hands out what is asked for. Returns false when downstream is gone. */
    private boolean deliver() {
        long asked = demand.total();
        for (T next; delivered < asked && (next = ready.poll()) != null; ) {
            delivered++;
            Throwable thrown = downstream.next(next);
            if (thrown != null) {
                abandon(thrown);
                return false;
            }
            if (cancelled) {
                return false;
            }
        }
        return true;
    }

    /** Downstream broke the rules, or we cannot go on: it is told so at once, whatever still waits for it. */
    private void abandon(Throwable why) {
        ready.clear();
        reading = false;
        failure = why;
        hangUp();
        if (!cancelled && !over) {
            finish();
        }
    }

    private void finish() {
        over = true;
        downstream.end(failure);
    }

    private void ask() {
        Decoder<T> reader = decoder;
        boolean wanted = delivered < demand.total();
        if (operation.isStream()) {
            awaitToken(wanted, reader);
        }
        if (reader != null && exchange.hasBody() && !awaiting && (failed || wanted)) {
            awaiting = true;
            patience.awaitBytes(failed, reader.phase());
            exchange.request(1);
        }
    }

    private void awaitToken(boolean wanted, @Nullable Decoder<T> reader) {
        if (reader != null && (reader.isWhole() || reader.phase() != Decoder.Phase.OPEN)) { // an error never is OPEN
            patience.forgetToken();
        } else if (wanted) {
            patience.awaitToken();
        }
    }
}
