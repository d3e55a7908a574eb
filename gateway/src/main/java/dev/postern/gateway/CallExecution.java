package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.NonBlockingSubscriber;
import dev.postern.call.CallListener.Why;
import dev.postern.call.CallScope;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.Fatal;
import dev.postern.flow.Relay;
import dev.postern.flow.WaitingCaller;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs one call: sends the request to one backend after another until one answers, the caller cancels, or the total timeout
 * expires. At each moment it either waits for the limiter of a backend or receives the answer of one.
 *
 * @param <T> the items: events, or the whole answer
 */
final class CallExecution<T> implements Relay.Script {

    /** Sends a request to a provider. */
    @FunctionalInterface
    interface ProviderCall<T> {
        Flow.Publisher<T> start(LlmProvider provider, CompletionRequest request);
    }

    /** Some providers throw the same exception object each time; the bound keeps it from growing with each call. */
    private static final int MAX_SUPPRESSED = 16;

    private final RoutingTable routing;
    private final CompletionRequest request;
    /** What sees the attempts of this call; null if nothing does. */
    private final @Nullable CallScope scope;

    private final ProviderCall<T> providerCall;
    private final Relay<T> relay;
    private final boolean nonBlocking;
    private final boolean callerWaits = WaitingCaller.isPresent();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final TotalTimeout timeout;
    private final LimiterWait limiterWait = new LimiterWait(this::admitted);

    private volatile @Nullable BackendLease lease;
    private volatile @Nullable BackendSubscriber<T> current;

    // Accessed only in signals of the backends, which are serial.
    private @Nullable Route route;
    private @Nullable LlmException previousFailure;

    /** A call that is registered in the routing table. */
    CallExecution(
            RoutingTable routing,
            CompletionRequest request,
            ProviderCall<T> providerCall,
            Flow.Subscriber<? super T> downstream) {
        this.routing = routing;
        this.request = request;
        this.timeout = new TotalTimeout(routing, request);
        this.scope = CallScope.of(request);
        this.providerCall = providerCall;
        this.relay = new Relay<>(downstream, this);
        this.nonBlocking = NonBlockingSubscriber.isPromisedBy(downstream);
    }

    void start() {
        relay.open();
        if (relay.isOver()) { // cancelled already
            return;
        }
        try {
            route();
        } catch (RuntimeException | Error e) { // unknown backend, or out of memory
            end(e);
        }
    }

    private void route() {
        timeout.start(this::expire);
        if (ended.get()) {
            timeout.stop();
        }
        Route selected = new Route(routing, request);
        selected.check();
        route = selected;
        BackendLease next = selected.first();
        LlmException why = selected.reason();
        if (!next.backend().equals(selected.intended()) && why != null) {
            switched(selected.intended(), next.backend(), why);
        }
        acquire(next);
    }

    private void acquire(BackendLease next) {
        lease = next;
        switch (limiterWait.acquire(next)) {
            case ADMITTED -> {}
            case REJECTED -> {
                next.abandoned(); // a full queue does not count against the backend
                failed(GatewayFailures.queueFull(next.backend()));
            }
            case QUEUED -> {
                LlmException failure = timeout.failure();
                if (relay.isOver()) {
                    limiterWait.cancel();
                } else if (failure != null && limiterWait.cancel()) {
                    end(failure);
                }
            }
        }
    }

    /**
     * The limiter has admitted the call. If the backend failed while the call was queued, a fallback is tried at
     * once.
     */
    private void admitted(BackendLease admitted, boolean waited) {
        LlmException why = waited ? admitted.rejection() : null;
        BackendLease other = why == null ? null : Objects.requireNonNull(route).next(why, admitted);
        if (other == null) {
            send(admitted);
        } else {
            admitted.abandoned();
            switched(admitted.backend(), other.backend(), Objects.requireNonNull(why));
            acquire(other);
        }
    }

    private void send(BackendLease next) {
        if (relay.isOver()) {
            next.abandoned();
            return;
        }
        try {
            requireTime();
            relay.next(downstream -> subscribe(downstream, next));
        } catch (RuntimeException | Error e) { // the deadline is over, or there is no memory, for example
            end(e);
        }
        if (relay.isOver()) { // cancelled before or during the subscription; no effect after an end
            next.abandoned();
        }
    }

    /** Not each provider knows of the deadline, and the timer may be late. */
    private void requireTime() {
        try {
            CallScope.requireTime(request.context());
        } catch (LlmException late) {
            if (previousFailure != null) {
                late.addSuppressed(previousFailure);
            }
            throw late;
        }
    }

    private void subscribe(Flow.Subscriber<? super T> downstream, BackendLease next) {
        Backend backend = next.backend();
        BackendSubscriber<T> subscriber = new BackendSubscriber<>(downstream, nonBlocking, next);
        current = subscriber;
        boolean begun = WaitingCaller.begin(callerWaits); // a call that was queued starts on another thread
        try {
            providerCall.start(backend.provider(), requestFor(backend, next)).subscribe(subscriber);
        } catch (RuntimeException | Error e) { // defect of the provider
            subscriber.onError(Fatal.or(e, LlmException::of));
        } finally {
            WaitingCaller.end(begun);
        }
        LlmException failure = timeout.failure();
        if (failure != null) { // timed out during the subscription
            terminate(subscriber, next, failure);
        }
    }

    private CompletionRequest requestFor(Backend backend, BackendLease next) {
        CompletionRequest adapted = BackendRequest.of(request, backend, next.isFallback(), next.options());
        return scope == null ? adapted : scope.toBackend(adapted, backend.name());
    }

    private void switched(Backend from, Backend to, LlmException why) {
        if (scope != null) {
            scope.retry(Why.FALLBACK, from.name(), to.name(), why, Duration.ZERO);
        }
    }

    private void expire(LlmException failure) {
        BackendSubscriber<T> running = current;
        BackendLease active = lease;
        if (limiterWait.cancel()) {
            end(failure);
        } else if (running != null && active != null) {
            terminate(running, active, failure);
        }
    }

    private void terminate(BackendSubscriber<T> subscriber, BackendLease active, LlmException failure) {
        if (!timeout.countsAgainst(active, subscriber.isAwaited())) {
            active.abandoned();
        }
        subscriber.terminate(failure);
    }

    @Override
    public void completed() {
        finish(relay::complete);
    }

    @Override
    public void failed(Throwable cause) {
        current = null;
        if (!(cause instanceof LlmException)
                && (relay.delivered() > 0 || relay.isInvalidDemand(cause) || Fatal.in(cause) != null)) {
            end(cause); // a failure of the subscriber or of the virtual machine
            return;
        }
        Backend last = Objects.requireNonNull(lease).backend();
        LlmException failure = FailureRenamer.of(LlmException.of(cause), last.name());
        if (previousFailure != null && previousFailure != failure && failure.getSuppressed().length < MAX_SUPPRESSED) {
            failure.addSuppressed(previousFailure);
        }
        previousFailure = failure;
        BackendLease next = relay.delivered() > 0 || timeout.failure() != null || relay.isOver()
                ? null
                : Objects.requireNonNull(route).next(failure, Objects.requireNonNull(lease));
        if (next == null) {
            end(failure);
        } else {
            switched(last, next.backend(), failure);
            acquire(next);
        }
    }

    @Override
    public void cancelled() {
        Dispatcher.shared()
                .runBlocking(
                        () -> { // this may admit other calls and close old backends
                            limiterWait.cancel();
                            finish(() -> {});
                        });
    }

    private void end(Throwable failure) {
        finish(() -> relay.fail(failure));
    }

    /** Ends the call once; later ends have no effect. */
    private void finish(Runnable emitEnd) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        timeout.stop();
        try {
            emitEnd.run();
        } finally {
            routing.leave(); // after the end of the call, which must not wait until old backends are closed
        }
    }
}
