package dev.postern.flow;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs the callbacks of one listener. What they throw is logged, at most once a minute, and has no other effect. The logger is called on
 * a thread that may be blocked. Thread-safe.
 */
public final class ListenerGuard {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final String logger;
    private final String what;
    private final AtomicLong silentUntil = new AtomicLong(System.nanoTime() - 1);

    /**
     * Creates the guard of one listener.
     *
     * @param logger the name of the logger
     */
    public ListenerGuard(String logger) {
        this(logger, "listener");
    }

    /**
     * Creates the guard of something else that the application brings.
     *
     * @param what what it is, for the message
     */
    public ListenerGuard(String logger, String what) {
        this.logger = logger;
        this.what = what;
    }

    /** Runs a callback of this listener. */
    public void run(Object listener, Runnable callback) {
        try {
            callback.run();
        } catch (Throwable thrown) { // an Error too, as what the listener sees must go on
            log(listener, thrown);
        }
    }

    /** Logs what a listener threw. */
    public void log(Object listener, Throwable thrown) {
        try {
            long now = System.nanoTime();
            long until = silentUntil.get();
            if (now - until >= 0 && silentUntil.compareAndSet(until, now + MINUTE)) {
                String message = "The " + what + " " + listener.getClass().getName() + " threw.";
                Dispatcher.shared().runBlocking(() -> System.getLogger(logger).log(Level.WARNING, message, thrown));
            }
        } catch (Throwable e) {
            // there is no memory, or the logger is broken; the call goes on
        }
    }
}
