package dev.postern.agent;

import dev.postern.flow.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The time limit of a whole run. When it expires, the current phase ends, and so does each later one. */
final class RunDeadline {
    private volatile Runnable cancel = () -> {};
    private volatile boolean expired;
    private volatile boolean stopped;
    private volatile @Nullable RunPhase current;

    /** Starts the timer. Zero means no limit. */
    void start(Timer timer, Duration time) {
        if (!time.isZero()) {
            cancel = timer.after(Timer.nanos(time), this::expire);
            if (stopped) {
                cancel.run();
            }
        }
    }

    /** Cancels the timer, because the run has ended. */
    void stop() {
        stopped = true;
        cancel.run();
    }

    boolean isExpired() {
        return expired;
    }

    /** Sets the current phase. It can be expired more than once. */
    void watch(@Nullable RunPhase phase) {
        current = phase;
        if (expired && phase != null) {
            phase.expire();
        }
    }

    /** Ends the time of the run now. */
    void expire() {
        expired = true;
        RunPhase running = current;
        if (running != null) {
            running.expire();
        }
    }
}
