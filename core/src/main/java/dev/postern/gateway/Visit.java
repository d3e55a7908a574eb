package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** One call's stay at a backend, from the moment that the call is sent there; it ends once, whoever says so first. */
final class Visit {
    private final Backend backend;
    /** Whether the cool-down waits to hear from this one. */
    private final AtomicBoolean probe;

    private final boolean standsIn;
    private final AtomicReference<State> state = new AtomicReference<>(State.OUTSIDE);

    private enum State {
        OUTSIDE,
        INSIDE,
        OVER
    }

    /** A stay at a backend with a pass of its cool-down; {@code standsIn} if another one should have been asked. */
    Visit(Backend backend, CoolDown.Pass pass, boolean standsIn) {
        this.backend = backend;
        this.probe = new AtomicBoolean(pass == CoolDown.Pass.PROBE);
        this.standsIn = standsIn;
    }

    Backend backend() {
        return backend;
    }

    boolean standsIn() {
        return standsIn;
    }

    /** The gate has let the call in; false if it has gone away in the meantime. */
    boolean enter() {
        if (state.compareAndSet(State.OUTSIDE, State.INSIDE)) {
            return true;
        }
        backend.gate().leave();
        return false;
    }

    /** The backend begins to answer. */
    void begins() {
        if (state.get() == State.INSIDE) {
            backend.coolDown().begins(pass());
        }
    }

    /** The backend answered. */
    void succeeded() {
        if (end()) {
            backend.coolDown().succeeded(pass());
        }
    }

    /** The backend failed. */
    void failed(LlmException failure) {
        if (end()) {
            if (failure.retryable()) {
                backend.coolDown().failed(pass(), failure);
            } else if (failure.kind() == Kind.CANCELLED) {
                backend.coolDown().abandoned(pass());
            } else {
                backend.coolDown().succeeded(pass()); // it is there, and refuses this request for a reason
            }
        }
    }

    /** The call went away. */
    void abandoned() {
        if (end()) {
            backend.coolDown().abandoned(pass());
        }
    }

    /** What the cool-down is told; that this was the probe, it is told once. */
    private CoolDown.Pass pass() {
        return probe.getAndSet(false) ? CoolDown.Pass.PROBE : CoolDown.Pass.CALL;
    }

    private boolean end() {
        State before = state.getAndSet(State.OVER);
        if (before == State.INSIDE) {
            backend.gate().leave();
        }
        return before != State.OVER;
    }
}
