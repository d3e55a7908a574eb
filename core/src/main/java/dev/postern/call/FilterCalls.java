package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.FilterStage.Ending;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls one filter, one callback at a time, and keeps what it emits. What the filter throws becomes the end of the answer. Used by the
 * pass of its {@link FilterStage} only, except that a filter may misuse its output on another thread, which is refused.
 */
final class FilterCalls implements EventFilter.Output {
    private final EventFilter filter;
    private final Interceptor interceptor;
    private final Pending pending;
    private final Place place;
    private final CallContext context;
    private final @Nullable EventOrder order;
    private final Deque<StreamEvent> emitted = new ArrayDeque<>();

    private volatile @Nullable Thread inCallback;
    private @Nullable Consumer<Object> then;
    private @Nullable Ending ending;
    private boolean closed;

    FilterCalls(EventFilter filter, Interceptor interceptor, Pending pending, Place place, CallContext context) {
        this.filter = filter;
        this.interceptor = interceptor;
        this.pending = pending;
        this.place = place;
        this.context = context;
        this.order = filter == Interceptor.Decision.PASS ? null : new EventOrder();
    }

    // ---- for the stage

    /** Takes an answer of the interceptor itself. */
    void answer(CompletionResponse response) {
        emitted.addAll(response.events());
        ending = new Ending(null);
    }

    @Nullable
    StreamEvent peek() {
        return emitted.peek();
    }

    void remove() {
        emitted.remove();
    }

    /** The end that the filter has decided, or null. */
    @Nullable
    Ending ending() {
        return ending;
    }

    boolean isWaiting() {
        return then != null;
    }

    /** Continues after a wait. Returns false if what is awaited has not come. */
    boolean goOn() {
        Pending.Arrival arrival = pending.take();
        if (arrival == null) {
            return false;
        }
        Consumer<Object> next = Objects.requireNonNull(then);
        then = null;
        callback(() -> next.accept(arrival.value()));
        return true;
    }

    /** Tells the filter that the request goes on. What it throws is thrown here. */
    void open() {
        if (order != null) {
            place.bound(context, filter::onOpen);
        }
    }

    void event(StreamEvent event) {
        pending.stopAlarm();
        if (order == null) {
            emitted.add(event);
        } else {
            callback(() -> filter.onEvent(event, this));
        }
    }

    void end(@Nullable LlmException failure) {
        pending.stopAlarm();
        if (order != null) {
            callback(() -> filter.onEnd(failure, this));
        }
    }

    /** Calls the filter if its alarm has rung. */
    boolean wake() {
        if (!pending.takeAlarm()) {
            return false;
        }
        callback(() -> filter.onWake(this));
        return true;
    }

    /** What is wrong with a success here, or null. */
    @Nullable
    String incomplete() {
        return order == null ? null : order.end();
    }

    void close(Outcome outcome, @Nullable LlmException failure) {
        if (!closed) {
            closed = true;
            emitted.clear();
            close(filter, outcome, failure, interceptor, place, context);
        }
    }

    /** Closes a filter; what it throws is logged, as the end is decided. */
    static void close(
            EventFilter filter,
            Outcome outcome,
            @Nullable LlmException failure,
            Interceptor interceptor,
            @Nullable Place place,
            @Nullable CallContext context) {
        try {
            if (place == null || context == null) {
                filter.onClose(outcome, failure);
            } else {
                place.bound(context, () -> filter.onClose(outcome, failure));
            }
        } catch (RuntimeException | Error e) {
            System.getLogger("dev.postern.call")
                    .log(
                            Level.WARNING,
                            "the filter of the interceptor '" + interceptor.name() + "' threw in onClose",
                            e);
        }
    }

    private void callback(Runnable code) {
        inCallback = Thread.currentThread();
        try {
            place.bound(context, code);
        } catch (Throwable thrown) {
            pending.cancel();
            then = null;
            ending = new Ending(LlmFailures.ofInterceptor(interceptor.name(), thrown));
        } finally {
            inCallback = null;
        }
    }

    // ---- for the filter

    @Override
    public void emit(StreamEvent event) {
        requireOpen();
        EventOrder checked = order;
        String wrong = checked == null ? null : checked.next(Objects.requireNonNull(event, "event"));
        if (wrong != null) {
            throw LlmFailures.outOfOrder(interceptor.name(), wrong);
        }
        emitted.add(event);
    }

    @Override
    @SuppressWarnings("unchecked") // the value of the stage is what its consumer takes
    public <T extends @Nullable Object> void await(CompletionStage<T> stage, Consumer<? super T> next) {
        requireOpen();
        Objects.requireNonNull(stage, "stage");
        then = (Consumer<Object>) (Consumer<?>) Objects.requireNonNull(next, "then");
        pending.stage(stage);
    }

    @Override
    public void fail(LlmException why) {
        requireOpen();
        ending = new Ending(LlmFailures.refusal(Objects.requireNonNull(why, "why")));
    }

    @Override
    public void complete() {
        requireOpen();
        ending = new Ending(null);
    }

    @Override
    public void wakeAfter(Duration delay) {
        requireOpen();
        pending.alarm(delay);
    }

    private void requireOpen() {
        if (inCallback != Thread.currentThread()) {
            throw new IllegalStateException("An Output is valid during the callback that received it, on its thread.");
        }
        if (then != null || ending != null) {
            throw new IllegalStateException("await(), fail() and complete() are the last action of a callback.");
        }
    }
}
