package dev.postern.call;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A listener, with the time when its last exception was logged. What a listener throws affects no call, so it is caught around each
 * callback; a listener that always fails is logged once a minute.
 */
record Registered(CallListener listener, AtomicLong silentUntil) {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    Registered(CallListener listener) {
        this(listener, new AtomicLong(System.nanoTime() - 1));
    }

    /** Runs a callback. */
    void tell(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable thrown) { // an Error too, as the call must end
            log(thrown);
        }
    }

    void log(Throwable thrown) {
        try {
            long now = System.nanoTime();
            long until = silentUntil.get();
            if (now - until >= 0 && silentUntil.compareAndSet(until, now + MINUTE)) {
                System.getLogger("dev.postern.call")
                        .log(
                                Level.WARNING,
                                "The listener " + listener.getClass().getName() + " threw.",
                                thrown);
            }
        } catch (Throwable e) {
            // there is no memory, or the logger is broken; the call goes on
        }
    }
}
