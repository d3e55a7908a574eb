package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.flow.Fatal;
import dev.postern.flow.Relay;
import dev.postern.flow.Timer;
import java.lang.System.Logger.Level;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call with all its attempts: as long as no item has gone out, a failure that allows it is followed by the next
 * attempt, after a wait or at once.
 */
final class Attempts<T> implements Relay.Script {
    /** A server could refuse one field after the other for ever. */
    private static final int MAX_AMENDMENTS = 4;

    private final HttpTransport transport;
    private final Operation<T> operation;
    private final Relay<T> relay;
    private final boolean nonBlocking;
    private final long deadline;
    private final long epoch;
    /** The wait between two attempts. Whoever takes it out decides what follows. */
    private final AtomicReference<@Nullable Pause> waiting = new AtomicReference<>();

    private final Patience.Budget errorBodies = new Patience.Budget(Patience.ERROR_BODY_NANOS);

    private volatile @Nullable DecodedStream<T> current;
    private int attempts;
    private int amendments;
    private boolean replayed;
    private @Nullable LlmException earlier;

    Attempts(
            HttpTransport transport,
            Operation<T> operation,
            Flow.Subscriber<? super T> downstream,
            boolean nonBlocking) {
        this.transport = transport;
        this.operation = operation;
        this.relay = new Relay<>(downstream, this);
        this.nonBlocking = nonBlocking;
        this.epoch = transport.timer().nanoTime();
        this.deadline = Timer.nanos(operation.timeouts().total());
    }

    void start() {
        relay.open();
        transport.register(this); // before the look at the end: who ends the call later takes it out again
        if (relay.isOver()) {
            transport.unregister(this);
        } else {
            attempt();
        }
    }

    /** The transport is closed: the call ends with this, if it has not ended before. */
    void abort(LlmException why) {
        Pause pause = waiting.getAndSet(null);
        if (pause != null) {
            pause.cancelTask.run();
            end(why);
        }
        DecodedStream<T> running = current;
        if (running != null) {
            running.end(why);
        }
    }

    private void attempt() {
        if (transport.isClosed()) {
            end(HttpTransport.closed());
            return;
        }
        attempts++;
        try {
            relay.next(subscriber -> {
                DecodedStream<T> stream = new DecodedStream<>(
                        transport, operation, remainingNanos(), errorBodies, subscriber, nonBlocking);
                current = stream;
                stream.open();
            });
        } catch (RuntimeException | Error e) { // no memory, or the operation has no timeouts
            end(e);
        }
    }

    @Override
    public void completed() {
        transport.unregister(this);
        relay.complete();
    }

    @Override
    public void failed(Throwable cause) {
        DecodedStream<T> failed = current;
        current = null;
        if (!(cause instanceof LlmException thrown)) { // of the subscriber itself, or of the virtual machine
            end(cause);
            return;
        }
        try {
            goOn(operation.describe(thrown), failed != null && failed.looksStale());
        } catch (RuntimeException | Error e) { // a defect of the provider's: the failure is told as it came
            VirtualMachineError fatal = Fatal.in(e);
            if (fatal == null) {
                thrown.addSuppressed(e);
            }
            end(fatal == null ? thrown : fatal);
        }
    }

    /** An answer that is too large for who collects it is refused by that subscriber, and names the backend all the same. */
    @Override
    public Throwable described(Throwable thrown) {
        return thrown instanceof LlmException failure ? operation.describe(failure) : thrown;
    }

    private void goOn(LlmException failure, boolean stale) {
        if (earlier != null && earlier != failure) {
            failure.addSuppressed(earlier); // whether the server may have begun to work is for the caller to judge
        }
        earlier = failure;
        RetryPolicy policy = transport.retries();
        boolean paidFor = relay.delivered() > 0 || failure.answer().isPresent();
        if (paidFor || policy.sendsOnce() || transport.isClosed()) {
            end(failure);
        } else if (stale && !replayed && attempts < policy.maxAttempts()) {
            replayed = true;
            attempt();
        } else if (amendments < MAX_AMENDMENTS && operation.amend(failure)) {
            amendments++;
            attempts--;
            attempt();
        } else {
            retryOrEnd(failure);
        }
    }

    private void retryOrEnd(LlmException failure) {
        long wait = transport.retries().waitNanos(failure, attempts, transport.random());
        if (wait < 0 || (deadline > 0 && wait >= remainingNanos())) {
            end(failure);
            return;
        }
        System.getLogger("dev.postern.http")
                .log( // seldom used, and loading it takes a tenth of a first call
                        Level.DEBUG,
                        () -> "attempt " + attempts + " failed, next in " + wait / 1_000_000 + " ms: "
                                + failure.getMessage());
        new Pause().begin(wait);
    }

    @Override
    public void cancelled() {
        transport.unregister(this);
        Pause pause = waiting.getAndSet(null);
        if (pause != null) {
            pause.cancelTask.run();
        }
    }

    private void end(Throwable failure) {
        transport.unregister(this);
        relay.fail(failure);
    }

    /** What is left of the total timeout, at least a nanosecond; 0 for: there is none. */
    private long remainingNanos() {
        return deadline == 0 ? 0 : Math.max(1, deadline - (transport.timer().nanoTime() - epoch));
    }

    /** Waits for the next attempt. */
    private final class Pause implements Runnable {
        private volatile Runnable cancelTask = () -> {};

        void begin(long nanos) {
            waiting.set(this);
            cancelTask = transport.timer().after(Math.max(1, nanos), this);
            if (relay.isOver()) {
                cancelled();
            } else if (transport.isClosed()) { // since failed() looked
                abort(closedWhileRunning());
            }
        }

        @Override
        public void run() {
            if (waiting.compareAndSet(this, null)) {
                attempt();
            }
        }
    }

    static LlmException closedWhileRunning() {
        return new LlmException(Kind.CANCELLED, "The provider was closed while the call was running.");
    }
}
