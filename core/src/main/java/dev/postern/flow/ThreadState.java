package dev.postern.flow;

import org.jspecify.annotations.Nullable;

/**
 * What runs on the present thread, as far as the dispatcher must know. Set for the duration of a call and taken back after
 * it, so nothing stays on a thread of the application.
 */
class ThreadState {
    private static final ThreadLocal<@Nullable ThreadState> CURRENT = new ThreadLocal<>();

    /** A signal of a client whose thread may serve other exchanges too. */
    static final ThreadState CLIENT_SIGNAL = new ThreadState(true, true);
    /** A call of ours into the client: what it runs meanwhile is not the task that called us. */
    static final ThreadState CLIENT_CALL = new ThreadState(false, true);
    /** The same, from code that must not block. */
    static final ThreadState BRIEF_CLIENT_CALL = new ThreadState(true, true);

    private static final ThreadState PROMISED_BY_CALLER = new ThreadState(true, false);
    private static final ThreadState PROMISED_OF_CLIENT = new ThreadState(true, true);

    private final boolean brief;
    private final boolean ofClient;

    /**
     * A state.
     *
     * @param brief whether what runs must not block
     * @param ofClient whether the HTTP client runs it, so that it will use the thread afterwards
     */
    ThreadState(boolean brief, boolean ofClient) {
        this.brief = brief;
        this.ofClient = ofClient;
    }

    static @Nullable ThreadState current() {
        return CURRENT.get();
    }

    static boolean isBrief() {
        ThreadState now = CURRENT.get();
        return now != null && now.brief;
    }

    static boolean isOfClient() {
        ThreadState now = CURRENT.get();
        return now != null && now.ofClient;
    }

    /** The state inside onNext of a subscriber that promised to return at once. */
    static ThreadState promised() {
        return isOfClient() ? PROMISED_OF_CLIENT : PROMISED_BY_CALLER;
    }

    /** Begins a state. What it returns is for {@link #restore}. */
    static @Nullable ThreadState begin(ThreadState state) {
        ThreadState before = CURRENT.get();
        CURRENT.set(state);
        return before;
    }

    static void restore(@Nullable ThreadState before) {
        if (before == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(before);
        }
    }
}
