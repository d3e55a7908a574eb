package dev.postern.agent;

import dev.postern.flow.ListenerGuard;
import java.util.List;

/** A listener of runs, and what runs its callbacks. What a listener throws affects no run. */
record Watching(RunListener listener, ListenerGuard guard) {
    Watching(RunListener listener) {
        this(listener, new ListenerGuard("dev.postern.agent"));
    }

    /** Adds a listener, unless it is there already. */
    static void add(RunListener listener, List<Watching> all) {
        for (Watching each : all) {
            if (each.listener == listener) {
                return;
            }
        }
        all.add(new Watching(listener));
    }

    /** Runs a callback. */
    void tell(Runnable callback) {
        guard.run(listener, callback);
    }
}
