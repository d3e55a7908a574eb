package dev.postern.agent;

import dev.postern.flow.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The time of a whole run: when it is over, the phase that goes on at that moment ends, and so does each one after it. */
final class RunClock {
    private volatile Runnable cancel = () -> {};
    private volatile boolean expired;
    private volatile boolean stopped;
    private volatile @Nullable Phase current;

    /** Begins to count, unless the time is zero, which means any time. */
    void start(Timer timer, Duration time) {
        if (!time.isZero()) {
            cancel = timer.after(Timer.nanos(time), this::expire);
            if (stopped) {
                cancel.run();
            }
        }
    }

    /** The run has ended. */
    void stop() {
        stopped = true;
        cancel.run();
    }

    boolean isExpired() {
        return expired;
    }

    /** A phase goes on, or has just begun. It may be asked to expire more than once. */
    void watch(@Nullable Phase phase) {
        current = phase;
        if (expired && phase != null) {
            phase.expire();
        }
    }

    private void expire() {
        expired = true;
        Phase running = current;
        if (running != null) {
            running.expire();
        }
    }
}
