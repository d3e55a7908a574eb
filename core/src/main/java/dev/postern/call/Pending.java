package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.call.CallListener.Outcome;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FilterStage} waits for: the decision of its interceptor, or a stage of its filter, for a limited time; and the alarm of
 * the filter. What arrives is recorded, and then the stage is woken. A decision that arrives too late is closed. Thread-safe.
 */
final class Pending {
    private final Interceptor interceptor;
    private final CallContext context;
    private final Runnable wake;
    private final Timer timer = Timer.system();
    private final AtomicReference<@Nullable Wait> current = new AtomicReference<>();
    private volatile boolean cancelled;
    private volatile boolean rung;
    private Runnable stopAlarm = () -> {}; // used by the pass only

    Pending(Interceptor interceptor, CallContext context, Runnable wake) {
        this.interceptor = interceptor;
        this.context = context;
        this.wake = wake;
    }

    /** What came: a value or a failure. */
    record Arrival(@Nullable Object result, @Nullable Throwable thrown) {
        /** The value; throws the failure. */
        @Nullable
        Object value() {
            if (thrown instanceof Error error) {
                throw error;
            } else if (thrown != null) {
                throw thrown instanceof RuntimeException known ? known : new CompletionException(thrown);
            }
            return result;
        }
    }

    /** Waits for a decision, which is never cancelled: it may have reserved something. */
    void decision(CompletionStage<? extends Interceptor.Decision> stage) {
        begin(stage, true);
    }

    /** Waits for a stage, which is cancelled with the call. */
    void stage(CompletionStage<?> stage) {
        begin(stage, false);
    }

    private void begin(CompletionStage<?> stage, boolean decides) {
        Wait wait = new Wait(stage, decides);
        current.set(wait);
        wait.begin();
        if (cancelled) {
            cancel();
        }
    }

    /** What has arrived, once; null if it has not. */
    @Nullable
    Arrival take() {
        Wait wait = current.get();
        Arrival arrival = wait == null ? null : wait.take();
        if (arrival != null) {
            current.set(null);
        }
        return arrival;
    }

    /** Nobody waits any more. */
    void cancel() {
        cancelled = true;
        Wait wait = current.get();
        if (wait != null) {
            wait.cancel();
        }
        rung = false;
    }

    void alarm(Duration delay) {
        stopAlarm();
        stopAlarm = timer.after(Math.max(1, Timer.nanos(delay)), () -> {
            rung = true;
            wake.run();
        });
    }

    void stopAlarm() {
        stopAlarm.run();
        stopAlarm = () -> {};
        rung = false;
    }

    boolean takeAlarm() {
        boolean was = rung;
        rung = false;
        return was;
    }

    /** One wait. The first arrival counts, and is taken by the pass or by a cancellation. */
    @SuppressWarnings("ReferenceEquality") // GONE is one object
    private final class Wait {
        private static final Arrival GONE = new Arrival(null, null);

        private final CompletionStage<?> stage;
        private final boolean decides;
        private final AtomicReference<@Nullable Arrival> arrival = new AtomicReference<>();
        private volatile Runnable stopTimer = () -> {};

        Wait(CompletionStage<?> stage, boolean decides) {
            this.stage = stage;
            this.decides = decides;
        }

        void begin() {
            Duration limit = interceptor.waitLimit();
            Duration left = context.remaining().orElse(limit);
            boolean byDeadline = left.compareTo(limit) < 0;
            stopTimer = timer.after(Math.max(1, Timer.nanos(byDeadline ? left : limit)), () -> {
                LlmException failure = byDeadline
                        ? LlmFailures.deadlineWhileWaiting(interceptor.name())
                        : LlmFailures.tooLate(interceptor.name(), limit);
                if (arrival.compareAndSet(null, new Arrival(null, failure))) {
                    cancelStage();
                    wake.run();
                }
            });
            CompletionStage<?> unused = stage.whenComplete((value, thrown) -> arrived(value, thrown));
        }

        private void arrived(@Nullable Object value, @Nullable Throwable thrown) {
            stopTimer.run();
            if (arrival.compareAndSet(
                    null, new Arrival(value, thrown == null ? null : LlmFailures.unwrapped(thrown)))) {
                wake.run();
            } else if (decides) {
                closeLate(value);
            }
        }

        void cancel() {
            stopTimer.run();
            Arrival before = arrival.getAndSet(GONE);
            if (before == null) {
                cancelStage();
            } else if (before != GONE && decides) {
                closeLate(before.result());
            }
        }

        @Nullable
        Arrival take() {
            Arrival come = arrival.get();
            return come != null && come != GONE && arrival.compareAndSet(come, GONE) ? come : null;
        }

        private void cancelStage() {
            if (!decides) {
                try {
                    stage.toCompletableFuture().cancel(true);
                } catch (RuntimeException e) {
                    // this stage cannot be cancelled
                }
            }
        }

        private void closeLate(@Nullable Object decision) {
            if (decision instanceof Interceptor.Decision.Proceed unusedNow) {
                Dispatcher.shared()
                        .runBlocking(() -> FilterCalls.close(
                                unusedNow.filter(), Outcome.CANCELLED, null, interceptor, null, null));
            } else if (decision instanceof Interceptor.Decision.Later later) {
                CompletionStage<?> unused = later.decision().whenComplete((value, thrown) -> closeLate(value));
            }
        }
    }
}
