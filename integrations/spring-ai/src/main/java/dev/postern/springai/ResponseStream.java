package dev.postern.springai;

import dev.postern.NonBlockingSubscriber;
import dev.postern.StreamEvent;
import dev.postern.flow.Delivery;
import dev.postern.flow.Demand;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.SerialLoop;
import dev.postern.flow.Signals;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatResponse;

/**
 * One subscription to the events of a stream of responses. A response may have several events, so one response is requested when no event
 * is waiting and the subscriber wants one.
 */
final class ResponseStream implements Flow.Subscription, Flow.Subscriber<ChatResponse> {
    private final Flow.Subscriber<? super StreamEvent> downstream;
    private final ResponseReader reader;
    private final Function<Throwable, Throwable> failures;
    private final Delivery<StreamEvent> delivery;
    private final SerialLoop loop;
    private final Demand demand = new Demand();
    /** One response at most, unless the model ignores demand. */
    private final Queue<ChatResponse> inbox = new ConcurrentLinkedQueue<>();

    private volatile Flow.@Nullable Subscription upstream;
    private volatile @Nullable Throwable failure;
    private volatile boolean complete;
    private volatile boolean over;

    // Used by the pass only.
    private final Deque<StreamEvent> waiting = new ArrayDeque<>();
    private boolean asked;
    private boolean ended;
    private long sent;

    private ResponseStream(
            Flow.Subscriber<? super StreamEvent> downstream,
            ResponseReader reader,
            Function<Throwable, Throwable> failures) {
        this.downstream = downstream;
        this.reader = reader;
        this.failures = failures;
        // Models signal on event loops too, which a subscriber must not block.
        delivery =
                Dispatcher.forForeignThreads().deliveryTo(downstream, NonBlockingSubscriber.isPromisedBy(downstream));
        loop = delivery.loop(this::pass);
    }

    /**
     * The events of a stream. Cold: each subscription calls anew.
     *
     * @param responses makes a call; what it throws is the failure of the stream
     * @param failures converts the failures of the model
     */
    static Flow.Publisher<StreamEvent> of(
            Supplier<Flow.Publisher<ChatResponse>> responses,
            Supplier<ResponseReader> reader,
            Function<Throwable, Throwable> failures) {
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            new ResponseStream(subscriber, reader.get(), failures).start(responses);
        };
    }

    private void start(Supplier<Flow.Publisher<ChatResponse>> responses) {
        Throwable thrown = delivery.subscribe(this);
        if (thrown != null) {
            failure = thrown;
        }
        loop.open();
        if (over || failure != null) {
            return;
        }
        try {
            responses.get().subscribe(this);
        } catch (Throwable e) { // of the model, or a class is missing
            onError(e);
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (upstream != null) {
            subscription.cancel(); // §2.5
            return;
        }
        upstream = subscription;
        if (over) { // it was cancelled meanwhile
            subscription.cancel();
        }
        loop.signal();
    }

    @Override
    public void onNext(ChatResponse response) {
        inbox.add(response);
        loop.signal();
    }

    @Override
    public void onError(Throwable thrown) {
        failure = converted(thrown);
        loop.signal();
    }

    private Throwable converted(Throwable thrown) {
        try {
            return failures.apply(thrown);
        } catch (RuntimeException | Error e) { // there is no memory, for example
            return e;
        }
    }

    @Override
    public void onComplete() {
        complete = true;
        loop.signal();
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
        over = true;
        Flow.Subscription source = upstream;
        if (source != null) {
            source.cancel();
        }
    }

    private void pass() {
        if (over) {
            return;
        }
        try {
            act();
        } catch (Throwable thrown) { // by the reader, or there is no memory
            fail(converted(thrown));
        }
    }

    private void act() {
        Throwable thrown = failure; // before the inbox: a response may come before an end, but never after it
        boolean done = complete;
        for (ChatResponse response; (response = inbox.poll()) != null; asked = false) {
            waiting.addAll(reader.next(response));
        }
        if (thrown == null && done && !ended) {
            ended = true;
            waiting.addAll(reader.end());
        }
        emit();
        if (over) {
            return;
        }
        if (thrown != null && (waiting.isEmpty() || thrown instanceof IllegalArgumentException)) {
            fail(thrown);
        } else if (ended && waiting.isEmpty()) {
            over = true;
            delivery.end(null);
        } else {
            ask();
        }
    }

    private void emit() {
        long wanted = demand.total();
        for (StreamEvent next; sent < wanted && !over && (next = waiting.poll()) != null; sent++) {
            Throwable thrown = delivery.next(next);
            if (thrown != null) {
                fail(thrown);
                return;
            }
        }
    }

    private void ask() {
        Flow.Subscription source = upstream;
        if (source != null && !asked && !ended && waiting.isEmpty() && demand.total() > sent) {
            asked = true;
            source.request(1);
        }
    }

    private void fail(Throwable cause) {
        if (over) { // it was cancelled, and then the subscriber threw
            Signals.lost(downstream, cause);
        } else {
            cancel();
            delivery.end(cause);
        }
    }
}
