package dev.postern.server.http;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * How an exchange ends: once, with all actions for it, in the order in which they were added. An action that throws is logged and does not
 * keep the others from running, as they give back memory and places. Thread-safe.
 */
final class ExchangeEnd {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");

    private final OneTimeEvent gone = new OneTimeEvent();
    private final List<Runnable> actions = new ArrayList<>(2); // guarded by itself, like all fields below
    private Runnable last = () -> {};
    private boolean over;

    /** Sets the action for a client that leaves before it has the answer. */
    void onGone(Runnable action) {
        gone.action(action);
    }

    /** Adds an action for the end. It runs at once if the exchange has ended. */
    void atEnd(Runnable action) {
        synchronized (actions) {
            if (!over) {
                actions.add(action);
                return;
            }
        }
        run(action);
    }

    /** Sets what happens at the end, after all other actions for it. */
    void whenEnded(Runnable action) {
        synchronized (actions) {
            last = action;
        }
    }

    /** The exchange has ended; does nothing the second time. */
    void happen() {
        List<Runnable> all;
        synchronized (actions) {
            if (over) {
                return;
            }
            over = true;
            all = new ArrayList<>(actions);
            all.add(last);
        }
        all.forEach(ExchangeEnd::run);
    }

    /** The client has left: first the action for that, then the end. */
    void gone() {
        run(gone::happen);
        happen();
    }

    boolean hasHappened() {
        synchronized (actions) {
            return over;
        }
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            log(e);
        }
    }

    private static void log(Throwable failure) {
        try {
            LOGGER.log(Level.ERROR, "An action at the end of a request failed.", failure);
        } catch (RuntimeException | Error e) {
            // The log does not work; the other actions run.
        }
    }
}
