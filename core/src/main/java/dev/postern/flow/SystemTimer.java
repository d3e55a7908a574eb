package dev.postern.flow;

import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's clock. Every call sets an alarm and nearly every call takes it back, and the JDK's own timer would be woken for
 * both. So alarms wait in order here, and the JDK is asked for one wake, for the first of them: seldom, as later alarms are
 * nearly always due later.
 */
final class SystemTimer implements Timer {
    private static final long NEVER = Long.MAX_VALUE;
    private static final AtomicBoolean JDK_TIMER_RUNS = new AtomicBoolean();

    private final long epoch = System.nanoTime();
    private final ConcurrentSkipListMap<Alarm, Runnable> alarms = new ConcurrentSkipListMap<>();
    private final AtomicLong count = new AtomicLong();
    /** When the JDK wakes us; {@link #NEVER} if it does not. */
    private volatile long wakesAt = NEVER;

    private @Nullable CompletableFuture<?> wake; // guarded by this

    /** The JDK makes its thread for all timeouts when the first one is set; that should not be a caller's heir. */
    SystemTimer() {
        if (JDK_TIMER_RUNS.compareAndSet(false, true)) {
            var unused =
                    Threads.cleanly(() -> new CompletableFuture<>().completeOnTimeout(null, 1, TimeUnit.NANOSECONDS));
        }
    }

    /** A moment since the epoch, and a number that tells it from others at the same moment. */
    private static final class Alarm implements Comparable<Alarm> {
        private final long due;
        private final long number;

        Alarm(long due, long number) {
            this.due = due;
            this.number = number;
        }

        @Override
        public int compareTo(Alarm other) {
            return due != other.due ? Long.compare(due, other.due) : Long.compare(number, other.number);
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Runnable after(long nanos, Runnable task) {
        long now = now();
        Alarm alarm = new Alarm(nanos < NEVER - 1 - now ? now + nanos : NEVER - 1, count.incrementAndGet());
        alarms.put(alarm, task); // before the look at wakesAt: see ring()
        if (alarm.due < wakesAt) {
            wakeAt(alarm.due);
        }
        return () -> alarms.remove(alarm);
    }

    private synchronized void wakeAt(long moment) {
        if (moment >= wakesAt) {
            return;
        }
        wakesAt = moment;
        if (wake != null) {
            wake.cancel(false);
        }
        CompletableFuture<Void> next = new CompletableFuture<>();
        wake = next;
        var unused = next.completeOnTimeout(null, Math.max(1, moment - now()), TimeUnit.NANOSECONDS)
                .thenRun(this::ring);
    }

    private void ring() {
        synchronized (this) {
            wakesAt = NEVER; // before the look at the alarms: either after() sees that none is set, or we see its alarm
        }
        VarHandle.fullFence(); // the list's own reads are plain ones
        try {
            for (var first = alarms.firstEntry(); first != null && first.getKey().due <= now(); ) {
                Runnable task = alarms.remove(first.getKey());
                if (task != null) { // not taken back at this moment
                    Threads.elsewhere(task);
                }
                first = alarms.firstEntry();
            }
        } finally { // even if no thread could be made for a task
            var first = alarms.firstEntry();
            if (first != null) {
                wakeAt(first.getKey().due);
            }
        }
    }

    private long now() {
        return System.nanoTime() - epoch;
    }
}
