package dev.postern.call;

import dev.postern.flow.ListenerGuard;

/** A listener, and what runs its callbacks. What a listener throws affects no call. */
record Registered(CallListener listener, ListenerGuard guard) {
    Registered(CallListener listener) {
        this(listener, new ListenerGuard("dev.postern.call"));
    }

    /** Runs a callback. */
    void tell(Runnable callback) {
        guard.run(listener, callback);
    }

    void log(Throwable thrown) {
        guard.log(listener, thrown);
    }
}
