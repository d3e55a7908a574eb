package dev.postern.http;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.NonBlockingSubscriber;
import dev.postern.call.CallListener.Why;
import dev.postern.call.CallScope;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.Fatal;
import dev.postern.flow.Relay;
import dev.postern.flow.Timer;
import dev.postern.flow.WaitingCaller;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call with all its attempts. While no item has been delivered, a failure may be followed by another attempt,
 * immediately or after a delay.
 */
final class Attempts<T> implements Relay.Script {
    /** A bound, as a server could refuse one field after another. */
    private static final int MAX_AMENDMENTS = 4;

    private final HttpTransport transport;
    private final boolean callerWaits = WaitingCaller.isPresent();
    private final Dispatcher dispatcher;
    private final Operation<T> operation;
    private final Relay<T> relay;
    private final boolean nonBlocking;
    private final long totalNanos;
    private final long epoch;
    private final boolean totalIsDeadline;
    /** What sees and changes the attempts; null if there is nothing. */
    private final @Nullable CallScope scope;

    /** The delay before the next attempt. The thread that takes it out decides what follows. */
    private final AtomicReference<@Nullable RetryDelay> waiting = new AtomicReference<>();

    private final AtomicLong errorBodies = new AtomicLong(ExchangeTimeouts.ERROR_BODY_NANOS);

    private volatile @Nullable DecodedStream<T> current;
    /** Ends the waits of the interceptors around the attempt; null if there are none. */
    private volatile @Nullable Consumer<LlmException> endWaits;

    private @Nullable CompletionRequest request;
    private String originalModel = "";
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
        this.dispatcher = callerWaits ? Dispatcher.shared() : transport.dispatcher();
        this.operation = operation;
        this.relay = new Relay<>(downstream, this);
        this.nonBlocking = nonBlocking;
        this.epoch = transport.timer().nanoTime();
        long total = Timer.nanos(operation.timeouts().total());
        long deadline = 0;
        if (operation instanceof ModelOperation<T> call) {
            scope = CallScope.of(call.request());
            deadline = call.request()
                    .context()
                    .remaining()
                    .map(left -> Math.max(1, Timer.nanos(left)))
                    .orElse(0L);
        } else {
            scope = null;
        }
        totalIsDeadline = deadline > 0 && (total == 0 || deadline < total);
        totalNanos = totalIsDeadline ? deadline : total;
    }

    void start() {
        relay.open();
        transport.register(this); // before isOver(), so that a later end unregisters it
        if (relay.isOver()) {
            transport.unregister(this);
        } else {
            startInTime();
        }
    }

    private void startInTime() {
        try {
            if (operation instanceof ModelOperation<T> call) {
                CallScope.requireTime(call.request().context());
            }
        } catch (LlmException e) {
            end(e);
            return;
        }
        startAttempt(Why.FIRST);
    }

    /** Ends the call because the transport is closed, unless it has ended before. */
    void abort(LlmException why) {
        RetryDelay delay = waiting.getAndSet(null);
        if (delay != null) {
            delay.cancel();
            dispatcher.runBlocking(() -> end(why));
        }
        DecodedStream<T> running = current;
        if (running != null) {
            running.end(why);
        }
        Consumer<LlmException> waits = endWaits;
        if (waits != null) {
            waits.accept(why);
        }
    }

    private void asking(Consumer<LlmException> waits) {
        endWaits = waits;
        if (transport.isClosed()) { // after startAttempt() checked it
            waits.accept(closedWhileRunning());
        }
    }

    private void startAttempt(Why why) {
        if (transport.isClosed()) {
            end(HttpTransport.closed());
            return;
        }
        attempts++;
        try {
            relay.next(subscriber -> {
                if (scope == null) {
                    open(subscriber, nonBlocking, null);
                } else {
                    openIn(scope, (ModelOperation<T>) operation, why, subscriber);
                }
            });
        } catch (RuntimeException | Error e) { // there is no memory, or the operation has no timeouts
            end(e);
        }
    }

    private void open(Flow.Subscriber<? super T> subscriber, boolean promised, CallScope.@Nullable Attempt attempt) {
        DecodedStream<T> stream = new DecodedStream<>(
                transport,
                dispatcher,
                operation,
                new DecodedStream.Limits(remainingNanos(), totalIsDeadline, errorBodies),
                subscriber,
                promised,
                attempt);
        current = stream;
        stream.open();
    }

    private void openIn(CallScope in, ModelOperation<T> call, Why why, Flow.Subscriber<? super T> subscriber) {
        CompletionRequest original = original(call);
        ScopedExchange<T> exchange = new ScopedExchange<>(
                call,
                originalModel,
                this::asking,
                (receiver, attempt) -> open(receiver, NonBlockingSubscriber.isPromisedBy(receiver), attempt));
        in.attempt(exchange, original, why, call.isWhole())
                .subscribe(new ScopedExchange.Promised<>(subscriber, nonBlocking));
    }

    /** The request of the call: interceptors see it at each attempt, whatever they made of it before. */
    private CompletionRequest original(ModelOperation<T> call) {
        if (request == null) {
            request = call.request();
            originalModel = call.model();
        }
        return request;
    }

    @Override
    public void completed() {
        transport.unregister(this);
        boolean begun = WaitingCaller.begin(callerWaits);
        try {
            relay.complete();
        } finally {
            WaitingCaller.end(begun);
        }
    }

    @Override
    public void failed(Throwable cause) {
        DecodedStream<T> failed = current;
        current = null;
        if (!(cause instanceof LlmException thrown)) { // thrown by the subscriber or by the virtual machine
            end(cause);
            return;
        }
        try {
            handleFailure(operation.describe(thrown), failed != null && failed.looksStale());
        } catch (RuntimeException | Error e) { // a defect of the provider; the failure is reported unchanged
            VirtualMachineError fatal = Fatal.in(e);
            if (fatal == null) {
                thrown.addSuppressed(e);
            }
            end(fatal == null ? thrown : fatal);
        }
    }

    /** A subscriber that collects an answer may refuse it as too large; that failure names the backend as well. */
    @Override
    public Throwable described(Throwable thrown) {
        return thrown instanceof LlmException failure ? operation.describe(failure) : thrown;
    }

    private void handleFailure(LlmException failure, boolean stale) {
        if (earlier != null && earlier != failure) {
            failure.addSuppressed(earlier); // the caller can see whether the server may have begun to work
        }
        earlier = failure;
        RetryPolicy policy = transport.retries();
        boolean refused = scope != null && failure.refusedBeforeSending(); // by an interceptor, or by the operation
        boolean answered = relay.delivered() > 0 || failure.answer().isPresent() || refused;
        if (answered || policy.sendsOnce() || transport.isClosed()) {
            end(failure);
        } else if (stale && !replayed && attempts < policy.maxAttempts()) {
            replayed = true;
            again(Why.STALE_CONNECTION, failure, 0);
            startAttempt(Why.STALE_CONNECTION);
        } else if (amendments < MAX_AMENDMENTS && operation.amend(failure)) {
            amendments++;
            attempts--;
            again(Why.AMENDED, failure, 0);
            startAttempt(Why.AMENDED);
        } else {
            retryOrEnd(failure);
        }
    }

    private void retryOrEnd(LlmException failure) {
        long wait = transport.retries().waitNanos(failure, attempts, transport.random());
        if (wait < 0 || (totalNanos > 0 && wait >= remainingNanos())) {
            end(failure);
            return;
        }
        System.getLogger("dev.postern.http")
                .log( // looked up when needed: loading it takes a tenth of a first call
                        Level.DEBUG,
                        "attempt " + attempts + " failed, next in " + wait / 1_000_000 + " ms: "
                                + failure.getMessage());
        again(Why.RETRY, failure, wait);
        new RetryDelay().begin(wait);
    }

    private void again(Why why, LlmException failure, long delayNanos) {
        if (scope != null && operation instanceof ModelOperation<T> call) {
            scope.retry(why, call.backend(), call.backend(), failure, Duration.ofNanos(delayNanos));
        }
    }

    @Override
    public void cancelled() {
        transport.unregister(this);
        RetryDelay delay = waiting.getAndSet(null);
        if (delay != null) {
            delay.cancel();
        }
    }

    private void end(Throwable failure) {
        transport.unregister(this);
        boolean begun = WaitingCaller.begin(callerWaits); // another backend may follow
        try {
            relay.fail(failure);
        } finally {
            WaitingCaller.end(begun);
        }
    }

    /** The rest of the total timeout, at least a nanosecond; 0 if there is none. */
    private long remainingNanos() {
        return totalNanos == 0 ? 0 : Math.max(1, totalNanos - (transport.timer().nanoTime() - epoch));
    }

    /** The delay before the next attempt. */
    private final class RetryDelay implements Runnable {
        private volatile @Nullable Runnable cancelTask;

        void begin(long nanos) {
            waiting.set(this);
            cancelTask = transport.timer().after(Math.max(1, nanos), this);
            if (relay.isOver()) {
                cancelled();
            } else if (transport.isClosed()) { // after failed() checked it
                abort(closedWhileRunning());
            }
        }

        void cancel() {
            Runnable cancelling = cancelTask;
            if (cancelling != null) { // otherwise begin() looks at the state after it has set the task
                cancelling.run();
            }
        }

        @Override
        public void run() {
            if (waiting.compareAndSet(this, null)) {
                dispatcher.runBlocking(() -> startAttempt(Why.RETRY)); // this is a thread of the library
            }
        }
    }

    static LlmException closedWhileRunning() {
        return new LlmException(Kind.CANCELLED, "The provider was closed while the call was running.");
    }
}
