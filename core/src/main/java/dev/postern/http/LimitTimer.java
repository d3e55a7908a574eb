package dev.postern.http;

import dev.postern.flow.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Ends a call that waits too long. There are three limits: a wait, which the call starts and stops often; a span, which
 * may last over several waits; and the limit of the whole call. At most one task is scheduled. If it runs too early, it
 * is scheduled again for the rest. So the hot path is a read of the clock and two volatile accesses.
 *
 * <p>Waits are started and stopped by one thread at a time; {@link #close} may be called by any.
 */
final class LimitTimer implements Runnable {
    private static final long NEVER = Long.MAX_VALUE;

    private final Timer timer;
    private final Runnable expire;
    /** All times are relative to this, because the clock has an arbitrary origin. */
    private final long epoch;
    /** The moment when the whole call exceeds its limit. */
    private final long last;

    // Plain fields: the volatile write of the deadline after each change publishes them to the task.
    private long waitEnds = NEVER;
    private long spanEnds = NEVER;

    /** The moment when the first of the three limits is exceeded. */
    private volatile long deadline;
    /** The moment when the scheduled task runs; {@link #NEVER} if there is none. */
    private volatile long wakesAt = NEVER;

    private @Nullable Runnable cancelTask;
    private boolean closed;

    /** Creates a timer. The whole call may take {@code totalNanos} from now; 0 for no limit. */
    LimitTimer(Timer timer, long totalNanos, Runnable expire) {
        this.timer = timer;
        this.expire = expire;
        this.epoch = timer.nanoTime();
        this.last = totalNanos > 0 ? totalNanos : NEVER;
        this.deadline = last;
    }

    /** Starts a wait with this limit, 0 for none. It replaces the wait before. */
    void start(long limitNanos) {
        waitEnds = after(limitNanos);
        update();
    }

    /** Stops the wait. A task that is scheduled for it stays, and will find nothing to do, or the next wait. */
    void stop() {
        waitEnds = NEVER;
        update();
    }

    /** Starts a span with this limit, 0 for none. It replaces the span before; {@link #stop} does not end it. */
    void startSpan(long limitNanos) {
        spanEnds = after(limitNanos);
        update();
    }

    /** Stops the span. */
    void stopSpan() {
        if (spanEnds != NEVER) {
            spanEnds = NEVER;
            update();
        }
    }

    /** Whether the limit of the whole call is exceeded. */
    boolean isCallOver() {
        return now() >= last;
    }

    /** Whether the limit of the wait is exceeded. */
    boolean isWaitOver() {
        return now() >= waitEnds;
    }

    /** The time since this timer was created, in nanoseconds. */
    long now() {
        return timer.nanoTime() - epoch;
    }

    /** Ends the timer. */
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
        deadline = moment; // before the look at wakesAt: see run()
        if (moment < wakesAt) {
            schedule();
        }
    }

    /**
     * Schedules a task for the present deadline; another thread may have set an earlier one, and its task, meanwhile.
     */
    private synchronized void schedule() {
        long moment = deadline;
        if (closed || moment >= wakesAt) {
            return;
        }
        if (cancelTask != null) {
            cancelTask.run();
        }
        wakesAt = moment;
        cancelTask = timer.after(Math.max(1, moment - now()), this);
    }

    /** The scheduled task. */
    @Override
    public void run() {
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
