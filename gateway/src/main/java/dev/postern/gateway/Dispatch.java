package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.NonBlockingSubscriber;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.Fatal;
import dev.postern.flow.Relay;
import dev.postern.flow.Timer;
import dev.postern.gateway.GatewayEnd.Outcome;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call: asks one backend after the other until one answers, the caller goes, or the time is up. At any moment it
 * either waits at a backend's gate or listens to its answer.
 *
 * @param <T> what the caller gets: events, or the one answer
 */
final class Dispatch<T> implements Relay.Script {

    /** How a backend is asked. */
    @FunctionalInterface
    interface Question<T> {
        Flow.Publisher<T> ask(LlmProvider provider, CompletionRequest request);
    }

    /** Some providers fail with the same exception again and again, which must not grow with each call. */
    private static final int MOST_SUPPRESSED = 16;

    private final Routing routing;
    private final CompletionRequest request;
    private final CallReport report;
    private final Question<T> question;
    private final Relay<T> relay;
    private final boolean nonBlocking;
    private final AtomicBoolean over = new AtomicBoolean();
    private final GateWait gates = new GateWait(this::entered);

    private volatile Runnable cancelDeadline = () -> {};
    private volatile @Nullable LlmException expired;
    private volatile @Nullable Visit visit;
    private volatile @Nullable Attempt<T> current;

    // Touched by the backends' signals alone, which come one after the other.
    private @Nullable Route route;
    private @Nullable LlmException before;

    /** A call that has entered the routing. */
    Dispatch(Routing routing, GatewayCall call, Question<T> question, Flow.Subscriber<? super T> downstream) {
        this.routing = routing;
        this.request = call.request();
        this.report = new CallReport(routing.listeners(), call);
        this.question = question;
        this.relay = new Relay<>(downstream, this);
        this.nonBlocking = NonBlockingSubscriber.isPromisedBy(downstream);
    }

    void start() {
        report.request();
        relay.open();
        if (relay.isOver()) { // cancelled already
            return;
        }
        try {
            route();
        } catch (RuntimeException | Error e) { // there is no such backend, or no memory
            end(e);
        }
    }

    private void route() {
        startClock(routing.limitOf(request));
        Route way = new Route(routing, request);
        way.check();
        route = way;
        Visit next = way.first();
        LlmException why = way.reason();
        if (!next.backend().equals(way.intended()) && why != null) {
            report.switched(way.intended(), next.backend(), why);
        }
        visit(next);
    }

    private void startClock(Duration limit) {
        if (!limit.isZero()) {
            cancelDeadline = routing.timer().after(Math.max(1, Timer.nanos(limit)), () -> expire(limit));
            if (over.get()) {
                cancelDeadline.run();
            }
        }
    }

    private void visit(Visit next) {
        visit = next;
        switch (gates.enter(next)) {
            case ENTERED -> {}
            case REFUSED -> {
                next.abandoned(); // a full queue says nothing about the backend
                failed(GatewayFailures.queueFull(next.backend()));
            }
            case WAITING -> {
                LlmException late = expired;
                if (relay.isOver()) {
                    gates.giveUp();
                } else if (late != null && gates.giveUp()) {
                    end(late);
                }
            }
        }
    }

    /** The gate has let the call in. If the backend failed while the call waited, another one may be asked at once. */
    private void entered(Visit stay, boolean waited) {
        LlmException why = waited ? stay.refusal() : null;
        Visit other = why == null ? null : Objects.requireNonNull(route).after(why, stay);
        if (other == null) {
            ask(stay);
        } else {
            stay.abandoned();
            report.switched(stay.backend(), other.backend(), Objects.requireNonNull(why));
            visit(other);
        }
    }

    private void ask(Visit next) {
        if (relay.isOver()) {
            next.abandoned();
            return;
        }
        Backend backend = next.backend();
        report.attempt(backend);
        try {
            relay.next(downstream -> attempt(downstream, next));
        } catch (RuntimeException | Error e) { // no memory, for example
            end(e);
        }
        if (relay.isOver()) { // before or while it was subscribed; after an end this does nothing
            next.abandoned();
        }
    }

    private void attempt(Flow.Subscriber<? super T> downstream, Visit next) {
        Backend backend = next.backend();
        Attempt<T> attempt =
                new Attempt<>(downstream, nonBlocking, next, () -> report.firstToken(backend), report::notice);
        current = attempt;
        try {
            question.ask(backend.provider(), BackendRequest.of(request, backend, next.standsIn(), next.options()))
                    .subscribe(attempt);
        } catch (RuntimeException | Error e) { // of a provider that should not have thrown
            attempt.onError(Fatal.or(e, LlmException::of));
        }
        LlmException late = expired;
        if (late != null) { // while it was being subscribed
            cutShort(attempt, next, late);
        }
    }

    private void expire(Duration limit) {
        LlmException late = GatewayFailures.late(limit);
        expired = late;
        Attempt<T> running = current;
        Visit stay = visit;
        if (gates.giveUp()) {
            end(late);
        } else if (running != null && stay != null) {
            cutShort(running, stay, late);
        }
    }

    /**
     * A timeout of the caller does not count against the backend. The gateway's own does, unless the time went by
     * elsewhere: in the queue, at other backends, or at a caller that asked for nothing.
     */
    private void cutShort(Attempt<T> attempt, Visit stay, LlmException late) {
        Duration limit = routing.limitOf(request);
        if (!routing.isOurs(limit) || !attempt.isAwaited() || stay.nanos() < Timer.nanos(limit) / 2) {
            stay.abandoned();
        }
        attempt.expire(late);
    }

    @Override
    public void completed() {
        finish(Outcome.ANSWERED, null, relay::complete);
    }

    @Override
    public void failed(Throwable cause) {
        current = null;
        if (!(cause instanceof LlmException)
                && (relay.delivered() > 0 || cause instanceof IllegalArgumentException || Fatal.in(cause) != null)) {
            end(cause); // of the subscriber itself, or of the virtual machine
            return;
        }
        Backend last = Objects.requireNonNull(visit).backend();
        LlmException failure = Named.of(LlmException.of(cause), last.name());
        report.failure(last, failure);
        if (before != null && before != failure && failure.getSuppressed().length < MOST_SUPPRESSED) {
            failure.addSuppressed(before);
        }
        before = failure;
        Visit next = relay.delivered() > 0 || expired != null || relay.isOver()
                ? null
                : Objects.requireNonNull(route).after(failure, Objects.requireNonNull(visit));
        if (next == null) {
            end(failure);
        } else {
            report.switched(last, next.backend(), failure);
            visit(next);
        }
    }

    @Override
    public void cancelled() {
        Dispatcher.shared()
                .runBlocking(
                        () -> { // others may be let in, and the last call closes old backends
                            gates.giveUp();
                            finish(Outcome.CANCELLED, null, () -> {});
                        });
    }

    private void end(Throwable failure) {
        finish(Outcome.FAILED, LlmException.of(failure), () -> relay.fail(failure));
    }

    /** The end, if it is the first; there is but one. */
    private void finish(Outcome outcome, @Nullable LlmException failure, Runnable tell) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        cancelDeadline.run();
        Visit last = visit;
        report.end(outcome, last == null ? null : last.backend(), failure);
        try {
            tell.run();
        } finally {
            routing.leave(); // after the caller has been told, who need not wait until old backends have closed
        }
    }
}
