package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.NonBlockingSubscriber;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Outcome;
import dev.postern.flow.Demand;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.Fatal;
import dev.postern.flow.SerialLoop;
import dev.postern.flow.Signals;
import dev.postern.flow.WaitingCaller;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One interceptor around one answer. Each signal of the caller, the inside, a stage and the timer is recorded and wakes the loop, whose
 * pass acts on all of them, one step after the other: deliver what was emitted, continue after a wait, hand one event to the filter,
 * ask for more.
 *
 * <p>The inside is asked for at most {@value #AHEAD} events, never for more than the caller wants, and for none while emitted events
 * wait or a stage is awaited. Demand is kept as totals, so a filter can drop, add and hold back events without losing any of it.
 */
final class FilterStage implements NonBlockingSubscriber<StreamEvent>, Flow.Subscription {
    private static final int AHEAD = 32;

    private final Place place;
    private final Interceptor interceptor;
    private final Asked invocation;
    private final Function<CompletionRequest, Flow.Publisher<StreamEvent>> inside;
    private final Abort abort;
    private final Flow.Subscriber<? super StreamEvent> downstream;
    private final boolean promised;
    private final boolean callerWaits = WaitingCaller.isPresent();
    private final SerialLoop loop;
    private final Demand demand = new Demand();
    private final Pending pending;

    // Written by any thread, read by the pass.
    private volatile boolean cancelled;
    private volatile @Nullable Throwable violation;
    private volatile Flow.@Nullable Subscription upstream;
    private volatile @Nullable Ending insideEnd;
    private final Queue<StreamEvent> inbox = new ConcurrentLinkedQueue<>();

    // Used by the pass only; `over` is read by any thread.
    private volatile boolean over;
    private boolean begun;
    private boolean endSeen;
    private @Nullable FilterCalls filter;
    private @Nullable Ending ending;
    private long delivered;
    private long asked;
    private long received;

    /** An end; without a cause, it is a success. */
    record Ending(@Nullable Throwable cause) {}

    FilterStage(
            Place place,
            Interceptor interceptor,
            Asked invocation,
            Function<CompletionRequest, Flow.Publisher<StreamEvent>> inside,
            Abort abort,
            Flow.Subscriber<? super StreamEvent> downstream) {
        this.place = place;
        this.interceptor = interceptor;
        this.invocation = invocation;
        this.inside = inside;
        this.abort = abort;
        this.downstream = downstream;
        promised = interceptor.isNonBlocking() && NonBlockingSubscriber.isPromisedBy(downstream);
        loop = promised ? new SerialLoop(this::pass) : SerialLoop.blocking(this::pass, Dispatcher.shared());
        pending = new Pending(interceptor, invocation.context(), loop::signal);
    }

    void start() {
        abort.add(loop::signal);
        Throwable thrown = Signals.subscribe(downstream, this);
        if (thrown != null) {
            violation = thrown;
        }
        loop.open();
    }

    // ---- signals: record, then wake

    @Override
    public boolean isNonBlocking() {
        return promised;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (upstream != null) {
            subscription.cancel(); // §2.5
            return;
        }
        upstream = subscription;
        if (cancelled || over) {
            subscription.cancel();
        }
        loop.signal();
    }

    @Override
    public void onNext(StreamEvent event) {
        inbox.add(event);
        loop.signal();
    }

    @Override
    public void onError(Throwable thrown) {
        insideEnd = new Ending(thrown);
        loop.signal();
    }

    @Override
    public void onComplete() {
        insideEnd = new Ending(null);
        loop.signal();
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.add(n);
        } else {
            violation = new IllegalArgumentException(
                    "request(" + n + "): the number of requested items must be at least 1 (§3.9)");
        }
        loop.signal();
    }

    @Override
    public void cancel() {
        if (!over) {
            cancelled = true;
            cancelInside(); // now, as the pass may be inside of a callback that blocks
            pending.cancel();
            loop.signal();
        }
    }

    private void cancelInside() {
        Flow.Subscription open = upstream;
        if (open != null && insideEnd == null) {
            open.cancel();
        }
    }

    // ---- the pass

    private void pass() {
        boolean begins = WaitingCaller.begin(callerWaits); // a call that was decided late starts on another thread
        try {
            boolean again = true;
            while (again) {
                again = step();
            }
        } catch (Throwable thrown) { // there is no memory, for example
            end(new Ending(thrown));
        } finally {
            WaitingCaller.end(begins);
        }
    }

    /** One step. Returns false if nothing can be done before the next signal. */
    private boolean step() {
        if (over) {
            inbox.clear();
            return false;
        }
        Throwable wrong = violation;
        if (cancelled || wrong != null) {
            end(new Ending(wrong));
            return false;
        }
        FilterCalls calls = filter;
        LlmException aborted = abort.why();
        if (aborted != null && (calls == null || calls.isWaiting())) { // else the inside ends by itself
            end(new Ending(aborted));
            return false;
        }
        if (!begun) {
            begun = true;
            decide(this::begin);
            return true;
        }
        if (calls == null) { // the decision follows
            return decideLater();
        }
        if (!deliver(calls)) {
            return false;
        }
        Ending how = ending == null ? calls.ending() : ending;
        if (how != null) {
            end(how);
            return false;
        }
        if (calls.isWaiting()) {
            return calls.goOn();
        }
        return handIn(calls) || askForMore();
    }

    private Interceptor.Decision begin() {
        Interceptor.Decision[] made = new Interceptor.Decision[1];
        place.bound(invocation.context(), () -> made[0] = interceptor.begin(invocation));
        return made[0];
    }

    private boolean decideLater() {
        Pending.Arrival arrival = pending.take();
        if (arrival == null) {
            return false;
        }
        decide(() -> (Interceptor.Decision) arrival.value());
        return true;
    }

    private void decide(Supplier<Interceptor.@Nullable Decision> decision) {
        try {
            Interceptor.Decision made = decision.get();
            if (made instanceof Interceptor.Decision.Later later) {
                pending.decision(later.decision());
            } else if (made instanceof Interceptor.Decision.Proceed go) {
                filter = calls(go.filter());
                if (!cancelled) {
                    filter.open();
                    enter(invocation.goingOn(go.changed()));
                }
            } else if (made instanceof Interceptor.Decision.Answer answer) {
                place.answeredBy(interceptor.name());
                filter = calls(Interceptor.Decision.PASS);
                filter.answer(answer.response());
            } else if (made instanceof Interceptor.Decision.Refuse refusal) {
                filter = calls(Interceptor.Decision.PASS);
                ending = new Ending(LlmFailures.refusal(refusal.failure()));
            } else {
                throw new NullPointerException("the decision is null");
            }
        } catch (Throwable thrown) {
            filter = filter == null ? calls(Interceptor.Decision.PASS) : filter;
            ending = new Ending(LlmFailures.ofInterceptor(interceptor.name(), thrown));
        }
    }

    /** Makes the request. What the provider throws is a failure of the inside, not of the interceptor. */
    private void enter(CompletionRequest request) {
        try {
            inside.apply(request).subscribe(this);
        } catch (Throwable thrown) {
            insideEnd = new Ending(Observer.described(thrown));
        }
    }

    private FilterCalls calls(EventFilter made) {
        return new FilterCalls(made, interceptor, pending, place, invocation.context());
    }

    /** Delivers emitted events up to the demand. Returns false if some are left, or if the caller threw or cancelled. */
    private boolean deliver(FilterCalls calls) {
        long wanted = demand.total();
        for (StreamEvent next; (next = calls.peek()) != null; ) {
            if (delivered >= wanted || cancelled) {
                return false;
            }
            calls.remove();
            delivered++;
            Throwable thrown = Signals.next(downstream, next);
            if (thrown != null) {
                violation = thrown;
                end(new Ending(thrown));
                return false;
            }
        }
        return !cancelled;
    }

    /** Hands in one event, or the end. Returns false if there is nothing to hand in. */
    private boolean handIn(FilterCalls calls) {
        Ending how = insideEnd; // BEFORE the inbox: an event may come before the end, but never after it
        StreamEvent event = inbox.poll();
        if (event != null) {
            received++;
            calls.event(event);
            return true;
        }
        if (how != null) {
            Throwable cause = how.cause();
            if (endSeen || (cause != null && !(cause instanceof LlmException))) {
                ending = how;
            } else {
                endSeen = true;
                calls.end((LlmException) cause);
            }
            return true;
        }
        return calls.wake();
    }

    private boolean askForMore() {
        Flow.Subscription open = upstream;
        long wanted = Math.min(AHEAD, demand.total() - delivered);
        long outstanding = asked - received;
        if (open != null && outstanding < wanted && (outstanding == 0 || outstanding <= AHEAD / 2)) {
            asked += wanted - outstanding;
            open.request(wanted - outstanding);
        }
        return false;
    }

    private void end(Ending how) {
        if (over) {
            return;
        }
        over = true;
        cancelInside();
        pending.cancel();
        pending.stopAlarm();
        inbox.clear();
        boolean gone = cancelled && violation == null;
        FilterCalls calls = filter;
        Throwable cause = how.cause();
        if (calls != null) {
            String wrong = cause == null && !gone ? calls.incomplete() : null;
            cause = wrong == null ? cause : LlmFailures.outOfOrder(interceptor.name(), wrong);
            calls.close(gone ? Outcome.CANCELLED : cause == null ? Outcome.ANSWERED : Outcome.FAILED, failure(cause));
        }
        if (!gone) {
            Throwable failure = cause;
            Dispatcher.shared().runBlocking(() -> signalEnd(failure)); // a promise covers onNext only
        }
    }

    private void signalEnd(@Nullable Throwable cause) {
        if (cause == null) {
            Signals.complete(downstream);
        } else {
            Signals.error(downstream, cause);
        }
    }

    private static @Nullable LlmException failure(@Nullable Throwable cause) {
        return cause == null || Fatal.in(cause) != null ? null : LlmException.of(cause);
    }
}
