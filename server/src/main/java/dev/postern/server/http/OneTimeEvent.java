package dev.postern.server.http;

/** An event that happens at most once, and the action for it. The action may be set afterwards. Thread-safe. */
final class OneTimeEvent {
    private Runnable action = () -> {};
    private boolean happened;

    /** Replaces the action. It runs at once if the event has happened. */
    void action(Runnable next) {
        synchronized (this) {
            if (!happened) {
                action = next;
                return;
            }
        }
        next.run();
    }

    /** Runs the action; does nothing the second time. */
    void happen() {
        Runnable now;
        synchronized (this) {
            if (happened) {
                return;
            }
            happened = true;
            now = action;
        }
        now.run();
    }

    synchronized boolean hasHappened() {
        return happened;
    }
}
