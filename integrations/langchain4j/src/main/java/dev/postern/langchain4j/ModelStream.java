package dev.postern.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.flow.Demand;
import dev.postern.flow.SerialLoop;
import dev.postern.flow.Signals;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One subscription to a stream of a LangChain4j model. A {@link ModelSource} adds events to the queue, and the pass of the loop
 * sends what the subscriber wants. A source that knows demand is asked for more only when the queue is empty.
 */
final class ModelStream implements Flow.Subscription, ModelCalls.Ending {
    private final Flow.Subscriber<? super StreamEvent> downstream;
    private final ModelCalls calls;
    private final String name;
    private final int capacity;
    private final SerialLoop loop = new SerialLoop(this::pass);
    private final Demand demand = new Demand();
    private final Queue<StreamEvent> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private volatile @Nullable ModelSource source;
    private volatile boolean complete;
    private volatile @Nullable Throwable failure;
    private volatile long badRequest = 1;
    private volatile boolean over;
    private long sent; // used by the pass only

    ModelStream(Flow.Subscriber<? super StreamEvent> downstream, ModelCalls calls, String name, int capacity) {
        this.downstream = downstream;
        this.calls = calls;
        this.name = name;
        this.capacity = capacity;
    }

    void start(StreamingChatModel model, Supplier<ChatRequest> request, ModelEvents events) {
        Throwable thrown = Signals.subscribe(downstream, this);
        loop.open();
        if (thrown != null) {
            abort(thrown);
        } else if (!over) {
            try {
                calls.begin(this);
                use(ModelSource.of(this, calls, model, request.get(), events));
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }
    }

    /** Starts a source, unless the subscriber has cancelled. */
    void use(ModelSource next) {
        source = next;
        if (over) {
            next.cancel();
        } else {
            next.start();
            loop.signal();
        }
    }

    // ---- what sources say
    // -----------------------------------------------------------------------------------------------

    void add(List<StreamEvent> events) {
        if (over || complete || failure != null) {
            return;
        }
        int before = queued.getAndAdd(events.size());
        if (before > 0 && before + events.size() > capacity) {
            fail(LlmException.builder(
                            LlmException.Kind.OVERLOADED,
                            "The model of " + name + " sent more than " + capacity
                                    + " events that the subscriber did not want yet; read faster, or set a larger"
                                    + " maxBufferedEvents.")
                    .backend(name)
                    .retryable(false)
                    .build());
            return;
        }
        queue.addAll(events);
        loop.signal();
    }

    /** The last events were added. */
    void complete() {
        complete = true;
        loop.signal();
    }

    /** The failure comes after the events that were added. */
    void fail(Throwable cause) {
        if (!complete && failure == null) {
            failure = ModelFailures.carried(cause, name);
            cancelSource();
            loop.signal();
        }
    }

    // ---- what others say
    // ------------------------------------------------------------------------------------------------

    @Override
    public void end(LlmException closed) {
        fail(closed);
    }

    @Override
    public void request(long n) {
        if (n < 1) {
            badRequest = n;
        } else {
            demand.add(n);
        }
        loop.signal();
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            calls.ended(this);
            cancelSource();
        }
    }

    private void cancelSource() {
        ModelSource current = source;
        if (current != null) {
            current.cancel();
        }
    }

    // ---- the pass
    // -------------------------------------------------------------------------------------------------------

    private void pass() {
        if (!over && badRequest < 1) {
            cancel();
            Signals.error(
                    downstream,
                    new IllegalArgumentException("§3.9: the demand must be at least 1, but is " + badRequest));
        }
        long wanted = demand.total();
        while (!over && sent < wanted) {
            StreamEvent event = queue.poll();
            if (event == null) {
                break;
            }
            queued.decrementAndGet();
            sent++;
            Throwable thrown = Signals.next(downstream, event);
            if (thrown != null) {
                abort(thrown);
            }
        }
        if (!over && queue.isEmpty()) {
            endOrMore(sent < wanted);
        }
    }

    private void endOrMore(boolean isWanted) {
        Throwable cause = failure;
        ModelSource current = source;
        if (complete && queue.isEmpty()) { // again, as the last events come before this flag
            finish();
            Signals.complete(downstream);
        } else if (cause != null && queue.isEmpty()) {
            finish();
            Signals.error(downstream, cause);
        } else if (isWanted && current != null) {
            current.more();
        }
    }

    private void finish() {
        over = true;
        calls.ended(this);
    }

    private void abort(Throwable thrown) {
        if (over) {
            Signals.lost(downstream, thrown);
        } else {
            cancel();
            Signals.error(downstream, thrown);
        }
    }
}
