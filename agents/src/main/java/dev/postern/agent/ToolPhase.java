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
 * The calls of one turn: some run at once, the others wait; each ends with a result, whatever happens. Serves one
 * subscriber, and completes when all have ended.
 *
 * <p>What happens is put into the outbox by whoever knows it, and goes out in the pass of a {@link SerialLoop}, as it is
 * asked for. The outbox holds one result for each call, and a few events of each agent that is asked.
 */
final class ToolPhase implements Flow.Publisher<AgentEvent>, Flow.Subscription, Phase {
    /** What goes out, and what to do then. */
    private record Out(AgentEvent event, Runnable sent) {}

    private final List<PlannedCall> calls;
    private final RunContext context;
    private final SerialLoop loop = new SerialLoop(this::pass);
    private final Demand demand = new Demand();
    private final Queue<Out> outbox = new ConcurrentLinkedQueue<>();
    private final AtomicReferenceArray<ToolResult> results;
    private final AtomicReferenceArray<RunningCall> running;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger left;

    private Flow.@Nullable Subscriber<? super AgentEvent> downstream;
    private volatile @Nullable Throwable failure;
    private volatile boolean expired;
    private volatile boolean over;
    private long sent;

    ToolPhase(List<PlannedCall> calls, RunContext context) {
        this.calls = calls;
        this.context = context;
        this.results = new AtomicReferenceArray<>(calls.size());
        this.running = new AtomicReferenceArray<>(calls.size());
        this.left = new AtomicInteger(calls.size());
    }

    /** The results in the order of the calls. Known once the phase is complete. */
    List<ToolResult> results() {
        List<ToolResult> all = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            all.add(Objects.requireNonNull(results.get(i)));
        }
        return all;
    }

    /** The results of the calls that have ended, and for the others that they have not. May be asked by any thread. */
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
                                ? "Error: not run, as the run ended before."
                                : "Error: the run ended before the tool did. It is not known what it has done."));
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
            beginNext();
        }
    }

    /** Uses one place until it is taken. A loop, as calls that end while they begin would pile up on the stack. */
    private void beginNext() {
        int index;
        boolean free = true;
        while (free && !over && (index = next.getAndIncrement()) < calls.size()) {
            RunningCall call = new RunningCall(this, context, index, calls.get(index));
            running.set(index, call);
            if (over) { // asked after it is set: who cancels after this question finds it, and stops it
                call.stop();
            } else if (expired) {
                call.expire();
            } else {
                call.begin();
            }
            free = call.leavesPlace();
        }
    }

    /** A call has ended. Told once for each. */
    void ended(RunningCall running, int index, ToolCall call, ToolResult result) {
        results.set(index, result);
        outbox.add(new Out(new AgentEvent.ToolCallResult(call, result), () -> {}));
        left.decrementAndGet(); // after the outbox: when nothing is left, all that there is to say lies there
        loop.signal();
        if (running.leavesPlace()) {
            beginNext();
        }
    }

    /** An agent that is asked says something. */
    void said(AgentEvent event, Runnable whenSent) {
        outbox.add(new Out(event, whenSent));
        loop.signal();
    }

    /** Something happened that nothing should go on after. */
    void failed(Throwable thrown) {
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
            failure = new IllegalArgumentException("request(" + n + "): ask for at least 1 item (§3.9)");
        }
        loop.signal();
    }

    @Override
    public void cancel() {
        over = true;
        for (int i = 0; i < running.length(); i++) {
            RunningCall call = running.get(i);
            if (call != null) {
                call.stop();
            }
        }
    }

    private void pass() {
        if (over) {
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
        } catch (Throwable e) { // of a subscriber that must not throw (§2.13)
            if (!over) {
                cancel();
                down.onError(e);
            }
        }
    }

    private void emit(Flow.Subscriber<? super AgentEvent> down) {
        long asked = demand.total();
        boolean nothingLeft = left.get() == 0; // before the look into the outbox
        Out item = null;
        while (!over && sent < asked && (item = outbox.poll()) != null) {
            sent++;
            down.onNext(item.event());
            item.sent().run();
        }
        if (!over && nothingLeft && outbox.isEmpty()) {
            over = true;
            down.onComplete();
        }
    }
}
