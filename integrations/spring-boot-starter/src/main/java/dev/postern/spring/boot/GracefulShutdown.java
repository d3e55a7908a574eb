package dev.postern.spring.boot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.springframework.context.SmartLifecycle;

/**
 * Lets open calls finish when the application stops, at most as long as Spring gives a phase ({@code
 * spring.lifecycle.timeout-per-shutdown-phase}). After that Spring destroys the beans, which closes the gateway.
 */
final class GracefulShutdown implements SmartLifecycle {
    /** Below the phases of the web server, whose last requests make calls, and of the application's own components. */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

    private static final Logger LOG = System.getLogger("dev.postern.spring");

    private final OpenCallCounter calls;
    private volatile boolean running;

    GracefulShutdown(OpenCallCounter calls) {
        this.calls = calls;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public void stop(Runnable callback) {
        running = false;
        int open = calls.count();
        if (open > 0) {
            LOG.log(Level.INFO, () -> "The shutdown waits for " + open + " open calls and runs of agents.");
        }
        calls.whenNone(callback);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** A paused context goes on later, and so may its calls. */
    @Override
    public boolean isPauseable() {
        return false;
    }
}
