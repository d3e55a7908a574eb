package dev.postern.http;

import dev.postern.flow.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Ends a call that waits too long. The call starts and stops a wait for each thing that it waits for; a last moment for
 * the whole call holds in between too. However often that happens, at most one task is scheduled: one that fires early
 * goes to sleep again for the rest, so the hot path is a read of the clock and two volatile accesses.
 */
final class IdleTimer {
    private static final long NEVER = Long.MAX_VALUE;

    private final Timer timer;
    private final Runnable expire;
    /** All times are kept relative to this, as the clock may be anything. */
    private final long epoch;
    /** When the whole call has taken too long. */
    private final long last;
    /** When the present wait, or the whole call, has taken too long. */
    private volatile long deadline;
    /** When the scheduled task fires; {@link #NEVER} if there is none. */
    private volatile long wakesAt = NEVER;

    private @Nullable Runnable cancelTask;
    private boolean closed;

    /** A timer whose whole call may take {@code totalNanos} from now; 0 for: any time. */
    IdleTimer(Timer timer, long totalNanos, Runnable expire) {
        this.timer = timer;
        this.expire = expire;
        this.epoch = timer.nanoTime();
        this.last = totalNanos > 0 ? totalNanos : NEVER;
        this.deadline = last;
    }

    /** A wait begins that may take this long; 0 for: as long as the whole call. */
    void start(long limitNanos) {
        long now = now();
        until(limitNanos > 0 && limitNanos < last - now ? now + limitNanos : last);
    }

    /** The wait is over. A task that is scheduled for it stays: it will find nothing to do, or the next wait. */
    void stop() {
        until(last);
    }

    /** Whether it was the whole call that took too long. */
    boolean isLast() {
        return now() >= last;
    }

    /** No wait will follow. */
    synchronized void close() {
        closed = true;
        deadline = NEVER;
        if (cancelTask != null) {
            cancelTask.run();
            cancelTask = null;
        }
    }

    private void until(long moment) {
        deadline = moment; // before the look at wakesAt: see fired()
        if (moment < wakesAt) {
            schedule(moment);
        }
    }

    private synchronized void schedule(long moment) {
        if (closed) {
            return;
        }
        if (cancelTask != null) {
            cancelTask.run();
        }
        wakesAt = moment;
        cancelTask = timer.after(Math.max(1, moment - now()), this::fired);
    }

    private void fired() {
        // Before the look at the deadline: either start() sees that no task is left, or we see its deadline.
        wakesAt = NEVER;
        long moment = deadline;
        if (moment == NEVER) {
            return;
        }
        if (now() < moment) {
            schedule(moment);
        } else {
            expire.run();
        }
    }

    private long now() {
        return timer.nanoTime() - epoch;
    }
}
