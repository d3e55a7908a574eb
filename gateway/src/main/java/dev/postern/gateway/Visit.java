package dev.postern.gateway;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One call's stay at a backend, from the moment that the call is sent there; it ends once, whoever says so first. */
final class Visit {
    private final Backend backend;
    private final CoolDown.Pass pass;
    private final boolean standsIn;
    private final CallOptions options;
    private final Routing routing;
    private final AtomicReference<State> state = new AtomicReference<>(State.OUTSIDE);
    private volatile long entered;

    private enum State {
        OUTSIDE,
        INSIDE,
        OVER
    }

    /**
     * A stay at a backend with a pass of its cool-down; {@code standsIn} if another one should have been asked, and {@code
     * options} are those that this backend gets.
     */
    Visit(Backend backend, CoolDown.Pass pass, boolean standsIn, CallOptions options, Routing routing) {
        this.backend = backend;
        this.pass = pass;
        this.standsIn = standsIn;
        this.options = options;
        this.routing = routing;
    }

    Backend backend() {
        return backend;
    }

    boolean standsIn() {
        return standsIn;
    }

    /** How the request is sent to this backend. */
    CallOptions options() {
        return options;
    }

    /** What of this call is the caller's own at this backend. */
    Caller caller() {
        return pass.caller();
    }

    /** The gate has let the call in; false if it has gone away in the meantime. */
    boolean enter() {
        entered = routing.timer().nanoTime();
        if (state.compareAndSet(State.OUTSIDE, State.INSIDE)) {
            return true;
        }
        backend.gate().leave();
        return false;
    }

    /** For how long the backend has been asked. */
    long nanos() {
        return routing.timer().nanoTime() - entered;
    }

    /** Why the backend is left alone now, although this call was let in before; null if it is not. */
    @Nullable
    LlmException refusal() {
        return backend.coolDown().refusal(pass);
    }

    /** The backend begins to answer. */
    void begins() {
        if (state.get() == State.INSIDE) {
            backend.tell(backend.coolDown().begins(pass), routing.listeners());
        }
    }

    /** The backend answered. */
    void succeeded() {
        end(() -> backend.coolDown().succeeded(pass));
    }

    /** The backend failed. */
    void failed(LlmException failure) {
        end(() -> backend.coolDown().failed(pass, failure, pass.effectOf(failure)));
    }

    /** The gateway's own patience with the backend is over. */
    void timedOut(LlmException failure) {
        end(() -> backend.coolDown().failed(pass, failure, Effect.COUNTS));
    }

    /** The call went away. */
    void abandoned() {
        end(() -> {
            backend.coolDown().abandoned(pass);
            return List.of();
        });
    }

    /** The cool-down learns of the end first: the calls that the gate lets in then look at it. */
    private void end(Supplier<List<CoolDown.Change>> outcome) {
        State before = state.getAndSet(State.OVER);
        if (before == State.OVER) {
            return;
        }
        List<CoolDown.Change> changes = outcome.get();
        if (before == State.INSIDE) {
            backend.gate().leave();
        }
        backend.tell(changes, routing.listeners());
    }
}
