package dev.postern.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.NonBlockingSubscriber;
import dev.postern.StreamEvent;
import dev.postern.flow.Delivery;
import dev.postern.flow.Demand;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.SerialLoop;
import dev.postern.flow.Signals;
import java.util.List;
import java.util.concurrent.Flow;
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
    private final Delivery<StreamEvent> delivery;
    private final SerialLoop loop;
    private final Demand demand = new Demand();
    private final EventBuffer buffer;
    private volatile @Nullable ModelSource source;
    private volatile boolean complete;
    private volatile @Nullable Throwable failure;
    private volatile long badRequest = 1;
    private volatile boolean over;
    private volatile Runnable stopTimer = () -> {};
    private long sent; // used by the pass only

    ModelStream(Flow.Subscriber<? super StreamEvent> downstream, ModelCalls calls, String name, int capacity) {
        this.downstream = downstream;
        this.calls = calls;
        this.name = name;
        this.capacity = capacity;
        buffer = new EventBuffer(capacity);
        // A model may call on an event loop, which a subscriber must not block.
        delivery =
                Dispatcher.forForeignThreads().deliveryTo(downstream, NonBlockingSubscriber.isPromisedBy(downstream));
        loop = delivery.loop(this::pass);
    }

    void start(StreamingChatModel model, CompletionRequest request, ChatRequests requests, ModelEvents events) {
        LlmException refused = null;
        try {
            calls.begin(this); // before the subscriber can cancel, so that each end comes after it
            stopTimer = calls.limit(request.context(), this);
        } catch (LlmException e) {
            refused = e;
        }
        Throwable thrown = delivery.subscribe(this);
        if (thrown != null) {
            abort(thrown);
        } else if (refused != null) {
            fail(refused);
        }
        loop.open();
        if (!over && failure == null) {
            try {
                use(ModelSource.of(this, calls, model, requests.request(request), events));
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }
    }

    /** Starts a source, unless the stream is over. */
    void use(ModelSource next) {
        source = next;
        if (over || failure != null) {
            next.cancel();
            return;
        }
        try {
            next.start();
            loop.signal();
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    // ---- what sources say
    // -----------------------------------------------------------------------------------------------

    /** The source may have become able to give events. */
    void wake() {
        loop.signal();
    }

    /**
     * Adds what the model said.
     *
     * @param translation gives the events; what it throws is the failure of the stream
     * @param mayBlock whether the subscriber may block the current thread
     */
    void add(Supplier<List<StreamEvent>> translation, boolean mayBlock) {
        if (enqueue(translation)) {
            if (mayBlock) {
                loop.signalHere();
            } else {
                loop.signal();
            }
        }
    }

    /** Adds the last events; see {@link #add}. */
    void addLast(Supplier<List<StreamEvent>> translation) {
        if (enqueue(translation)) {
            complete = true;
            loop.signal();
        }
    }

    private boolean enqueue(Supplier<List<StreamEvent>> translation) {
        if (over || complete || failure != null) {
            return false;
        }
        List<StreamEvent> events;
        try {
            events = translation.get();
        } catch (RuntimeException | Error e) { // of a message without a text, or there is no memory
            fail(e);
            return false;
        }
        if (buffer.add(events)) {
            return true;
        }
        fail(LlmException.builder(
                        LlmException.Kind.OVERLOADED,
                        "The model of " + name + " sent more than " + capacity
                                + " events that the subscriber has not taken yet; read faster, or set a larger"
                                + " maxBufferedEvents.")
                .backend(name)
                .retryable(false)
                .build());
        return false;
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
            finish();
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
            delivery.end(new IllegalArgumentException("§3.9: the demand must be at least 1, but is " + badRequest));
        }
        long wanted = demand.total();
        while (!over && sent < wanted) {
            StreamEvent event = buffer.poll();
            if (event == null) {
                break;
            }
            sent++;
            Throwable thrown = delivery.next(event);
            if (thrown != null) {
                abort(thrown);
            }
        }
        if (!over && buffer.isEmpty()) {
            endOrMore(sent < wanted);
        }
    }

    private void endOrMore(boolean isWanted) {
        Throwable cause = failure;
        ModelSource current = source;
        if (complete && buffer.isEmpty()) { // again, as the last events come before this flag
            finish();
            delivery.end(null);
        } else if (cause != null && buffer.isEmpty()) {
            finish();
            delivery.end(cause);
        } else if (isWanted && current != null) {
            current.more();
        }
    }

    private void finish() {
        over = true;
        stopTimer.run();
        calls.ended(this);
    }

    /** The subscriber threw. */
    private void abort(Throwable thrown) {
        if (over) {
            Signals.lost(downstream, thrown);
        } else {
            cancel();
            delivery.end(thrown);
        }
    }
}
