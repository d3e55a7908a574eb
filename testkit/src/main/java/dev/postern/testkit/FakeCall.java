package dev.postern.testkit;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.flow.Demand;
import dev.postern.flow.SerialLoop;
import dev.postern.flow.Signals;
import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One subscription to an answer of a {@link FakeLlm}. Signals come on the thread that causes them. */
final class FakeCall implements Flow.Subscription {
    private final FakeCalls calls;
    private final List<Step> steps;
    private final Timer timer;
    private final UnaryOperator<LlmException> described;
    private final Flow.Subscriber<? super StreamEvent> downstream;

    private final SerialLoop loop = new SerialLoop(this::pass);
    private final Demand demand = new Demand();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Throwable failure;
    private volatile int waitedFor = -1; // the position of the last wait that is over
    private volatile Runnable stopWaiting = () -> {};
    private volatile Runnable stopDeadline = () -> {};

    // Used by the pass only.
    private int position;
    private int waitingFor = -1;
    private long sent;

    /**
     * A call that is not started.
     *
     * @param described the failure that the caller gets for one of the script
     */
    FakeCall(
            FakeCalls calls,
            List<Step> steps,
            Timer timer,
            UnaryOperator<LlmException> described,
            Flow.Subscriber<? super StreamEvent> downstream) {
        this.calls = calls;
        this.steps = steps;
        this.timer = timer;
        this.described = described;
        this.downstream = downstream;
    }

    /** Starts the call, which fails if it has not ended after this time. */
    void start(Optional<Duration> limit, Timer deadlines) {
        limit.ifPresent(left ->
                stopDeadline = deadlines.after(Math.max(1, Timer.nanos(left)), () -> fail(FakeFailures.deadline())));
        calls.begun(this);
        Throwable thrown = Signals.subscribe(downstream, this);
        if (thrown != null) {
            failure = thrown;
        }
        loop.open();
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.add(n);
        } else {
            failure = new IllegalArgumentException(
                    "request(" + n + "): the number of requested items must be at least 1 (§3.9)");
        }
        loop.signal();
    }

    @Override
    public void cancel() {
        end(true);
    }

    /** Ends the call with this failure, unless it is over. */
    void fail(LlmException why) {
        failure = described.apply(why);
        loop.signal();
    }

    /** Returns false if the call was over before. */
    private boolean end(boolean cancelled) {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        calls.ended(this, cancelled);
        stopWaiting.run();
        stopDeadline.run();
        return true;
    }

    private void pass() {
        while (!over.get()) {
            Throwable thrown = failure;
            if (thrown != null) {
                if (end(false)) {
                    Signals.error(downstream, thrown);
                }
            } else if (position == steps.size()) {
                if (end(false)) {
                    Signals.complete(downstream);
                }
            } else if (!act(steps.get(position))) {
                return;
            }
        }
    }

    /** Returns whether there is more to do now. */
    private boolean act(Step step) {
        if (step instanceof Step.Emit emit) {
            return emit(emit.event());
        } else if (step instanceof Step.Fail fail) {
            failure = described.apply(fail.failure());
            return true;
        } else if (step instanceof Step.Hang) {
            return false;
        }
        if (waitingFor != position) {
            waitingFor = position;
            begin(step, position);
        }
        if (waitedFor != position) {
            return false;
        }
        position++;
        return true;
    }

    private boolean emit(StreamEvent event) {
        if (sent == demand.total()) {
            return false;
        }
        position++;
        sent++;
        Throwable thrown = Signals.next(downstream, event);
        if (thrown != null) {
            failure = thrown;
            if (over.get()) { // it cancelled before it threw
                Signals.lost(downstream, thrown);
            }
        }
        return true;
    }

    private void begin(Step wait, int at) {
        if (wait instanceof Step.Delay delay) {
            stopWaiting = timer.after(Timer.nanos(delay.time()), () -> waited(at));
            if (over.get()) { // it was cancelled meanwhile
                stopWaiting.run();
            }
        } else if (wait instanceof Step.Await await) {
            var unused = await.stage().whenComplete((value, thrown) -> {
                if (thrown != null) {
                    failure = described.apply(LlmException.of(thrown));
                }
                waited(at);
            });
        }
    }

    private void waited(int at) {
        waitedFor = at;
        loop.signal();
    }
}
