package dev.postern.flow;

import org.jspecify.annotations.Nullable;

/**
 * What the dispatcher knows about the code that runs on the current thread. It is set for the duration of a call and
 * restored afterwards, so no state stays on a thread of the application.
 */
class ThreadState {
    private static final ThreadLocal<@Nullable ThreadState> CURRENT = new ThreadLocal<>();

    /** A signal of a client whose thread may serve other exchanges too. */
    static final ThreadState CLIENT_SIGNAL = new ThreadState(true, true);
    /** A call of the client by Postern. What the client runs during the call is not its own task. */
    static final ThreadState CLIENT_CALL = new ThreadState(false, true);
    /** The same, inside code that must not block. */
    static final ThreadState CLIENT_CALL_WITHOUT_BLOCKING = new ThreadState(true, true);

    private static final ThreadState PROMISED_BY_CALLER = new ThreadState(true, false);
    private static final ThreadState PROMISED_OF_CLIENT = new ThreadState(true, true);

    private final boolean noBlocking;
    private final boolean ofClient;

    /**
     * Creates a state.
     *
     * @param noBlocking whether the code must not block
     * @param ofClient whether the HTTP client runs the code and uses the thread afterwards
     */
    ThreadState(boolean noBlocking, boolean ofClient) {
        this.noBlocking = noBlocking;
        this.ofClient = ofClient;
    }

    static @Nullable ThreadState current() {
        return CURRENT.get();
    }

    static boolean mustNotBlock() {
        ThreadState now = CURRENT.get();
        return now != null && now.noBlocking;
    }

    static boolean isOfClient() {
        ThreadState now = CURRENT.get();
        return now != null && now.ofClient;
    }

    /** The state inside {@code onNext} of a subscriber that promised not to block. */
    static ThreadState promised() {
        return isOfClient() ? PROMISED_OF_CLIENT : PROMISED_BY_CALLER;
    }

    /** Begins a state. Returns the one before, for {@link #restore}. */
    static @Nullable ThreadState begin(ThreadState state) {
        ThreadState before = CURRENT.get();
        CURRENT.set(state);
        return before;
    }

    static void restore(@Nullable ThreadState before) {
        CURRENT.set(before); // without remove(), which would make the next begin() create an entry of the map again
    }
}
