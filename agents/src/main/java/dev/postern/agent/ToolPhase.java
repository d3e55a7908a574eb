package dev.postern.agent;

import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.flow.Demand;
import dev.postern.flow.SerialLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tool calls of one turn, at most {@link AgentLimits#parallelTools()} at once. Every call gets a result.
 * Serves one subscriber and completes when all calls have ended.
 *
 * <p>Any thread can add events to the outbox. The pass of a {@link SerialLoop} emits them as demand allows. The outbox
 * has at most one result for each call and {@code SubAgentSubscriber.WINDOW} events for each called agent.
 */
final class ToolPhase implements Flow.Publisher<AgentEvent>, Flow.Subscription, RunPhase {
    /** An event, and an action after it was emitted. */
    private record OutboxItem(AgentEvent event, Runnable sent) {}

    private final List<PlannedCall> calls;
    private final RunContext context;
    private final SerialLoop loop = new SerialLoop(this::pass);
    private final Demand demand = new Demand();
    private final Queue<OutboxItem> outbox = new ConcurrentLinkedQueue<>();
    private final AtomicReferenceArray<ToolResult> results;
    private final AtomicReferenceArray<RunningCall> running;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger left;

    private Flow.@Nullable Subscriber<? super AgentEvent> downstream;
    private volatile @Nullable Throwable failure;
    private volatile boolean expired;
    private volatile boolean ended;
    private long sent;

    ToolPhase(List<PlannedCall> calls, RunContext context) {
        this.calls = calls;
        this.context = context;
        this.results = new AtomicReferenceArray<>(calls.size());
        this.running = new AtomicReferenceArray<>(calls.size());
        this.left = new AtomicInteger(calls.size());
    }

    /** Returns the results in the order of the calls. Available when the phase is complete. */
    List<ToolResult> results() {
        List<ToolResult> all = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            all.add(Objects.requireNonNull(results.get(i)));
        }
        return all;
    }

    /** Returns the results so far, with an error for each call that has not ended. Any thread can call this. */
    List<ToolResult> resultsSoFar() {
        List<ToolResult> all = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            ToolResult result = results.get(i);
            String id = calls.get(i).call().id();
            if (result != null) {
                all.add(result);
            } else {
                all.add(ToolResult.error(
                        id,
                        running.get(i) == null
                                ? "Error: not run, because the run ended first."
                                : "Error: the run ended before the tool did. It is not known what the tool has done."));
            }
        }
        return all;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super AgentEvent> subscriber) {
        downstream = subscriber;
        subscriber.onSubscribe(this);
        loop.open();
        for (int i = Math.min(context.limits().parallelTools(), calls.size()); i > 0; i--) {
            startCalls();
        }
    }

    /**
     * Fills one slot with the next call. A loop instead of recursion, because calls that end at once would use up the
     * stack.
     */
    private void startCalls() {
        int index;
        boolean slotFree = true;
        while (slotFree && !ended && (index = next.getAndIncrement()) < calls.size()) {
            RunningCall call = new RunningCall(this, context, index, calls.get(index));
            running.set(index, call);
            if (ended) { // checked after running is set: a cancel() after this check finds the call and stops it
                call.stop();
            } else if (expired) {
                call.expire();
            } else {
                call.begin();
            }
            slotFree = call.releasesSlot();
        }
    }

    /** Records the result of a call. Called once for each. */
    void callEnded(RunningCall running, int index, ToolCall call, ToolResult result) {
        results.set(index, result);
        outbox.add(new OutboxItem(new AgentEvent.ToolCallResult(call, result), () -> {}));
        left.decrementAndGet(); // after outbox.add: at 0, the outbox contains all results
        loop.signal();
        if (running.releasesSlot()) {
            startCalls();
        }
    }

    /** Adds an event of a called agent. */
    void publish(AgentEvent event, Runnable whenSent) {
        outbox.add(new OutboxItem(event, whenSent));
        loop.signal();
    }

    /** Fails the run. */
    void fail(Throwable thrown) {
        failure = thrown;
        loop.signal();
    }

    @Override
    public void expire() {
        expired = true;
        for (int i = 0; i < running.length(); i++) {
            RunningCall call = running.get(i);
            if (call != null) {
                call.expire();
            }
        }
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.add(n);
        } else {
            failure = new IllegalArgumentException("request(" + n + "): request at least 1 item (§3.9)");
        }
        loop.signal();
    }

    @Override
    public void cancel() {
        ended = true;
        for (int i = 0; i < running.length(); i++) {
            RunningCall call = running.get(i);
            if (call != null) {
                call.stop();
            }
        }
    }

    private void pass() {
        if (ended) {
            return;
        }
        Flow.Subscriber<? super AgentEvent> down = Objects.requireNonNull(downstream);
        Throwable thrown = failure;
        if (thrown != null) {
            cancel();
            down.onError(thrown);
            return;
        }
        try {
            emit(down);
        } catch (Throwable e) { // the subscriber threw, which §2.13 forbids
            if (!ended) {
                cancel();
                down.onError(e);
            }
        }
    }

    private void emit(Flow.Subscriber<? super AgentEvent> down) {
        long asked = demand.total();
        boolean nothingLeft = left.get() == 0; // read before the outbox
        OutboxItem item = null;
        while (!ended && sent < asked && (item = outbox.poll()) != null) {
            sent++;
            down.onNext(item.event());
            item.sent().run();
        }
        if (!ended && nothingLeft && outbox.isEmpty()) {
            ended = true;
            down.onComplete();
        }
    }
}
