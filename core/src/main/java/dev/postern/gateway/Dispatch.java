package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.NonBlockingSubscriber;
import dev.postern.flow.Relay;
import dev.postern.flow.Threads;
import dev.postern.flow.Timer;
import dev.postern.gateway.GatewayEnd.Outcome;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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

    private final Routing routing;
    private final CompletionRequest request;
    private final CallReport report;
    private final Question<T> question;
    private final Relay<T> relay;
    private final boolean nonBlocking;
    private final AtomicBoolean over = new AtomicBoolean();
    /** A wait at a gate. Whoever takes it out decides what follows. */
    private final AtomicReference<@Nullable Place> waiting = new AtomicReference<>();

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
        try {
            relay.open();
        } catch (RuntimeException | Error e) { // of a subscriber that must not throw (§2.13)
            relay.cancel();
            throw e;
        }
        if (relay.isOver()) { // cancelled already
            return;
        }
        startClock(routing.limitOf(request));
        Route way;
        try {
            way = new Route(routing, routing.target(request.provider()));
        } catch (LlmException e) {
            end(e);
            return;
        }
        route = way;
        Visit next = way.first();
        LlmException why = way.intended().coolDown().reason();
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
        Place place = new Place(next);
        waiting.set(place);
        switch (next.backend().gate().enter(place)) {
            case ENTERED -> place.run();
            case REFUSED -> {
                if (waiting.compareAndSet(place, null)) {
                    refused(next);
                }
            }
            case WAITING -> {
                LlmException late = expired;
                if (relay.isOver()) {
                    giveUpWaiting();
                } else if (late != null && giveUpWaiting()) {
                    end(late);
                }
            }
        }
    }

    private void refused(Visit next) {
        next.abandoned(); // it says nothing about the backend
        String name = next.backend().name();
        failed(LlmException.builder(
                        Kind.OVERLOADED,
                        "The backend '" + name + "' has as many calls as it may have, and "
                                + next.backend().policy().maxQueued()
                                + " wait already; ask again later, or raise its limits.")
                .backend(name)
                .retryAfter(next.backend().gate().retryAfter())
                .build());
    }

    /** Whether it was waiting. */
    private boolean giveUpWaiting() {
        Place place = waiting.getAndSet(null);
        if (place == null) {
            return false;
        }
        place.visit.backend().gate().withdraw(place);
        place.visit.abandoned();
        return true;
    }

    private void ask(Visit next) {
        if (relay.isOver()) {
            next.abandoned();
            return;
        }
        Backend backend = next.backend();
        report.attempt(backend);
        relay.next(downstream -> {
            Attempt<T> attempt =
                    new Attempt<>(downstream, nonBlocking, next, () -> report.firstToken(backend), report::notice);
            current = attempt;
            try {
                question.ask(backend.provider(), BackendRequest.of(request, backend, next.standsIn()))
                        .subscribe(attempt);
            } catch (RuntimeException | Error e) { // of a provider that should not have thrown
                attempt.onError(LlmException.of(e));
            }
            LlmException late = expired;
            if (late != null) { // while it was being subscribed
                cutShort(attempt, next, late);
            }
        });
        if (relay.isOver()) { // before or while it was subscribed; after an end this does nothing
            next.abandoned();
        }
    }

    private void expire(Duration limit) {
        LlmException late = new LlmException(
                Kind.TIMEOUT,
                "The call took longer than its total timeout of " + limit.toMillis()
                        + " ms, waits and other backends included.");
        expired = late;
        Attempt<T> running = current;
        Visit stay = visit;
        if (giveUpWaiting()) {
            end(late);
        } else if (running != null && stay != null) {
            cutShort(running, stay, late);
        }
    }

    /** A caller in a hurry says nothing of the backend; the gateway's own patience does. */
    private void cutShort(Attempt<T> attempt, Visit stay, LlmException late) {
        if (!routing.isOurs(routing.limitOf(request))) {
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
        if (!(cause instanceof LlmException) && (relay.delivered() > 0 || cause instanceof IllegalArgumentException)) {
            end(cause); // of the subscriber itself
            return;
        }
        Backend last = Objects.requireNonNull(visit).backend();
        LlmException failure = named(LlmException.of(cause), last);
        report.failure(last, failure);
        if (before != null && before != failure) {
            failure.addSuppressed(before);
        }
        before = failure;
        Visit next = relay.delivered() > 0 || expired != null || relay.isOver()
                ? null
                : Objects.requireNonNull(route).after(failure);
        if (next == null) {
            end(failure);
        } else {
            report.switched(last, next.backend(), failure);
            visit(next);
        }
    }

    /** The failure with the backend's name, if nobody has put one there. */
    private static LlmException named(LlmException failure, Backend backend) {
        return failure.backend().isEmpty()
                ? failure.toBuilder().backend(backend.name()).build()
                : failure;
    }

    @Override
    public void cancelled() {
        Threads.unlessReading(
                () -> { // others may be let in, and the last call closes old backends
                    giveUpWaiting();
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

    /** A wait at a gate, which tells it when it is over. */
    private final class Place implements Runnable {
        private final Visit visit;

        Place(Visit visit) {
            this.visit = visit;
        }

        @Override
        public void run() {
            if (visit.enter() && waiting.compareAndSet(this, null)) {
                ask(visit);
            } else {
                visit.abandoned(); // given up in the meantime
            }
        }
    }
}
