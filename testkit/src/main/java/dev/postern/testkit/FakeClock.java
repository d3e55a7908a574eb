package dev.postern.testkit;

import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The time of a {@link FakeLlm}, which only the test advances: a delay of an hour takes no time. Thread-safe. What was waiting
 * goes on, on the thread that calls {@link #advance}.
 *
 * <pre>{@code
 * FakeClock clock = new FakeClock();
 * FakeLlm llm = FakeLlm.answering("Hello").delayed(Duration.ofSeconds(20)).clock(clock);
 * CompletableFuture<CompletionResponse> answer = llm.completionsAsync(request);
 * clock.awaitWaiting(1).advance(Duration.ofSeconds(20));
 * }</pre>
 */
public final class FakeClock {
    private final Timer timer = new Alarms(true);
    private final Timer deadlines = new Alarms(false);

    // Guarded by this.
    private final List<Alarm> alarms = new ArrayList<>();
    private long now;

    /** Compared by identity, as two alarms may have the same moment. */
    private static final class Alarm {
        private final long due;
        private final Runnable task;
        /** Whether something comes then, which a test waits for; a deadline only ends what does not come. */
        private final boolean awaited;

        Alarm(long due, Runnable task, boolean awaited) {
            this.due = due;
            this.task = task;
            this.awaited = awaited;
        }
    }

    /** A clock that stands still at zero. */
    public FakeClock() {}

    /** The time since the clock was made, as far as it was advanced. */
    public synchronized Duration elapsed() {
        return Duration.ofNanos(now);
    }

    /** Advances the time. What waits for a moment up to the new one goes on, in the order of these moments. */
    public FakeClock advance(Duration time) {
        long end;
        synchronized (this) {
            end = Math.addExact(now, Timer.nanos(time));
        }
        for (Alarm next = nextUntil(end); next != null; next = nextUntil(end)) {
            next.task.run();
        }
        return this;
    }

    private synchronized @Nullable Alarm nextUntil(long end) {
        Alarm next = alarms.stream()
                .filter(alarm -> alarm.due <= end)
                .min(Comparator.comparingLong(alarm -> alarm.due))
                .orElse(null);
        now = Math.max(now, next == null ? end : next.due);
        remove(next);
        return next;
    }

    /** The number of answers and events that wait for a moment. */
    public synchronized int waiting() {
        return (int) alarms.stream().filter(alarm -> alarm.awaited).count();
    }

    /** Waits until at least so many answers or events wait for a moment. Fails after 30 seconds. */
    public synchronized FakeClock awaitWaiting(int count) {
        Waits.until(
                this,
                FakeCalls.PATIENCE,
                () -> waiting() >= count,
                () -> count + " waits for this clock; there are " + waiting());
        return this;
    }

    private synchronized Alarm add(long nanos, Runnable task, boolean awaited) {
        Alarm alarm = new Alarm(nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos, task, awaited);
        alarms.add(alarm);
        notifyAll();
        return alarm;
    }

    private synchronized void remove(@Nullable Alarm alarm) {
        alarms.remove(alarm);
    }

    Timer timer() {
        return timer;
    }

    /** The same time, for the deadlines of calls, which do not count as {@link #waiting}. */
    Timer deadlines() {
        return deadlines;
    }

    private final class Alarms implements Timer {
        private final boolean awaited;

        Alarms(boolean awaited) {
            this.awaited = awaited;
        }

        @Override
        public long nanoTime() {
            return elapsed().toNanos();
        }

        @Override
        public Runnable after(long nanos, Runnable task) {
            Alarm alarm = add(nanos, task, awaited);
            return () -> remove(alarm);
        }
    }
}
