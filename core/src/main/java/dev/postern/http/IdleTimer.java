package dev.postern.http;

import dev.postern.flow.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Ends a call that waits too long. The call starts and stops a wait for each thing that it waits for; a second wait may
 * span several of those, and a last moment for the whole call holds in between too. However often that happens, at most one
 * task is scheduled: one that fires early is scheduled again for the rest, so the hot path is a read of the clock and two
 * volatile accesses.
 *
 * <p>Waits are started and stopped by one thread at a time; {@link #close} may be called by any.
 */
final class IdleTimer {
    private static final long NEVER = Long.MAX_VALUE;

    private final Timer timer;
    private final Runnable expire;
    /** All times are kept relative to this, as the clock may be anything. */
    private final long epoch;
    /** When the whole call has taken too long. */
    private final long last;

    // Plain: the volatile write of the deadline, which follows each change, publishes them to the task.
    private long waitEnds = NEVER;
    private long spanEnds = NEVER;

    /** When the first of these three has taken too long. */
    private volatile long deadline;
    /** When the scheduled task fires; {@link #NEVER} if there is none. */
    private volatile long wakesAt = NEVER;

    private @Nullable Runnable cancelTask;
    private boolean closed;

    /** Which limit was exceeded. */
    enum Limit {
        CALL,
        WAIT,
        SPAN
    }

    /** A timer whose whole call may take {@code totalNanos} from now; 0 for: any time. */
    IdleTimer(Timer timer, long totalNanos, Runnable expire) {
        this.timer = timer;
        this.expire = expire;
        this.epoch = timer.nanoTime();
        this.last = totalNanos > 0 ? totalNanos : NEVER;
        this.deadline = last;
    }

    /** A wait begins that may take this long; 0 for: any time. It replaces the one before. */
    void start(long limitNanos) {
        waitEnds = after(limitNanos);
        update();
    }

    /** The wait is over. A task that is scheduled for it stays: it will find nothing to do, or the next wait. */
    void stop() {
        waitEnds = NEVER;
        update();
    }

    /** A wait begins that {@link #start} and {@link #stop} do not end; 0 for: any time. It replaces the one before. */
    void startSpan(long limitNanos) {
        spanEnds = after(limitNanos);
        update();
    }

    /** That wait is over. */
    void stopSpan() {
        if (spanEnds != NEVER) {
            spanEnds = NEVER;
            update();
        }
    }

    /** Which limit is exceeded; of several the one that says most. */
    Limit exceeded() {
        long now = now();
        return now >= last ? Limit.CALL : now >= waitEnds ? Limit.WAIT : Limit.SPAN;
    }

    /** The time since this timer was made, in nanoseconds. */
    long now() {
        return timer.nanoTime() - epoch;
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

    private long after(long limitNanos) {
        long now = now();
        return limitNanos > 0 && limitNanos < NEVER - now ? now + limitNanos : NEVER;
    }

    private void update() {
        long moment = Math.min(last, Math.min(waitEnds, spanEnds));
        deadline = moment; // before the look at wakesAt: see fired()
        if (moment < wakesAt) {
            schedule();
        }
    }

    /** For the deadline of now: since the caller looked, another thread may have set an earlier one, and its task. */
    private synchronized void schedule() {
        long moment = deadline;
        if (closed || moment >= wakesAt) {
            return;
        }
        if (cancelTask != null) {
            cancelTask.run();
        }
        wakesAt = moment;
        cancelTask = timer.after(Math.max(1, moment - now()), this::fired);
    }

    private void fired() {
        // Before the look at the deadline: either update() sees that no task is left, or we see its deadline.
        wakesAt = NEVER;
        long moment = deadline;
        if (moment == NEVER) {
            return;
        }
        if (now() < moment) {
            schedule();
        } else {
            expire.run();
        }
    }
}
