package dev.postern.gateway;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The use of one backend by one call, from the choice of the backend to the outcome. The first outcome wins. */
final class BackendLease {
    private final Backend backend;
    private final CoolDownPermit permit;
    private final boolean isFallback;
    private final CallOptions options;
    private final RoutingTable routing;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile long startNanos;

    private enum State {
        WAITING,
        RUNNING,
        ENDED
    }

    /**
     * A lease of a backend.
     *
     * @param permit the permit of the backend's cool-down
     * @param isFallback whether the backend is a fallback for another one
     * @param options the options that this backend receives
     */
    BackendLease(
            Backend backend, CoolDownPermit permit, boolean isFallback, CallOptions options, RoutingTable routing) {
        this.backend = backend;
        this.permit = permit;
        this.isFallback = isFallback;
        this.options = options;
        this.routing = routing;
    }

    Backend backend() {
        return backend;
    }

    boolean isFallback() {
        return isFallback;
    }

    /** The call options for this backend. */
    CallOptions options() {
        return options;
    }

    /** What the caller overrides at this backend. */
    CallerOverrides callerOverrides() {
        return permit.callerOverrides();
    }

    /** Starts the lease after the limiter has admitted the call; false if the lease has ended in the meantime. */
    boolean start() {
        startNanos = routing.timer().nanoTime();
        if (state.compareAndSet(State.WAITING, State.RUNNING)) {
            return true;
        }
        backend.limiter().release();
        return false;
    }

    /** The time since the start, in nanoseconds. */
    long elapsedNanos() {
        return routing.timer().nanoTime() - startNanos;
    }

    /** The reason why the backend now cools down, although this call was admitted before; null if it does not. */
    @Nullable
    LlmException rejection() {
        return backend.coolDown().rejection(permit);
    }

    /** The first item of the answer has arrived. */
    void answerStarted() {
        if (state.get() == State.RUNNING) {
            backend.report(backend.coolDown().answerStarted(permit), routing.listeners());
        }
    }

    /** The answer is complete. */
    void succeeded() {
        end(() -> backend.coolDown().succeeded(permit));
    }

    /** The backend failed. */
    void failed(LlmException failure) {
        end(() -> backend.coolDown().failed(permit, failure, permit.effectOf(failure)));
    }

    /** The total timeout of the gateway has expired. */
    void timedOut(LlmException failure) {
        end(() -> backend.coolDown().failed(permit, failure, FailureEffect.COUNTS));
    }

    /** The call ended for a reason that says nothing about the backend. */
    void abandoned() {
        end(() -> {
            backend.coolDown().abandoned(permit);
            return List.of();
        });
    }

    /** Updates the cool-down first: the calls that the limiter admits next read it. */
    private void end(Supplier<List<CoolDown.Change>> outcome) {
        State before = state.getAndSet(State.ENDED);
        if (before == State.ENDED) {
            return;
        }
        List<CoolDown.Change> changes = outcome.get();
        if (before == State.RUNNING) {
            backend.limiter().release();
        }
        backend.report(changes, routing.listeners());
    }
}
