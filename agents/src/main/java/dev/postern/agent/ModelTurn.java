package dev.postern.agent;

import dev.postern.CompletionCollector;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.call.CallListener.Outcome;
import dev.postern.flow.ExternalTermination;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request to the model. It converts the model's events to those of the agent and collects the answer. Serves one
 * subscriber. When it expires, it completes with the text so far.
 */
final class ModelTurn implements Flow.Publisher<AgentEvent>, Flow.Subscriber<StreamEvent>, Flow.Subscription, RunPhase {
    private final Flow.Publisher<StreamEvent> answer;
    private final CompletionCollector collector = new CompletionCollector();
    private final CallIds ids;
    private final ExternalTermination termination = new ExternalTermination();
    private volatile Flow.@Nullable Subscriber<? super AgentEvent> downstream;
    private volatile Flow.@Nullable Subscription upstream;
    private @Nullable CompletionResponse response;
    private volatile boolean begun;
    private final AtomicBoolean counted = new AtomicBoolean();
    /** The usage that the backend has reported so far; it can arrive before the end. */
    private volatile @Nullable Usage usage;

    ModelTurn(Flow.Publisher<StreamEvent> answer, CallIds ids) {
        this.answer = answer;
        this.ids = ids;
    }

    /** Returns the whole answer; empty if the turn expired. Available when the turn is complete. */
    Optional<CompletionResponse> response() {
        return Optional.ofNullable(response);
    }

    /** Returns whether the model has started to answer. */
    boolean hasBegun() {
        return begun;
    }

    /** Returns the usage that the backend has reported so far. */
    Optional<Usage> usageSoFar() {
        return Optional.ofNullable(usage);
    }

    /** Returns whether the usage of this turn was not counted yet, and marks it as counted. */
    boolean count() {
        return counted.compareAndSet(false, true);
    }

    /**
     * Returns the end of this turn, for listeners.
     *
     * @param failure how it failed; null if it did not
     */
    RunListener.TurnEnd end(@Nullable Throwable failure, Duration elapsed) {
        CompletionResponse whole = failure == null ? response : null;
        Optional<LlmException> failed = Optional.ofNullable(failure).map(LlmException::of);
        return new RunListener.TurnEnd(
                failure != null ? Outcome.FAILED : whole == null ? Outcome.CANCELLED : Outcome.ANSWERED,
                Optional.ofNullable(whole).map(CompletionResponse::stopReason),
                whole != null ? whole.usage() : failure == null ? usageSoFar() : RunFailure.cost(failure, this),
                whole == null ? 0 : whole.toolCalls().size(),
                failed,
                elapsed);
    }

    /** Returns the text so far, for a turn that expired. */
    String textSoFar() {
        return collector.textSoFar();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super AgentEvent> subscriber) {
        ids.beginAnswer();
        downstream = subscriber;
        answer.subscribe(this);
    }

    /**
     * Returns whether the model refused the conversation as too long, before any part of an answer and without usage.
     *
     * @param cause the failure with which this turn ended
     */
    boolean isTooLong(Throwable cause) {
        return !hasBegun()
                && cause instanceof LlmException failure
                && failure.kind() == LlmException.Kind.CONTEXT_LENGTH
                && failure.answer().isEmpty();
    }

    @Override
    public void expire() {
        if (downstream == null) {
            return; // not subscribed yet: AgentRun calls again after subscribing
        }
        ExternalTermination.Outcome outcome = termination.terminate();
        if (outcome != ExternalTermination.Outcome.TOO_LATE) {
            cancel();
        }
        if (outcome == ExternalTermination.Outcome.REPORT_NOW) {
            down().onComplete();
        }
    }

    private Flow.Subscriber<? super AgentEvent> down() {
        return Objects.requireNonNull(downstream);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (upstream != null) {
            subscription.cancel(); // §2.5
            return;
        }
        upstream = subscription;
        if (termination
                .isOver()) { // checked after upstream is set: an expire() after this check finds it and cancels it
            subscription.cancel();
        } else {
            down().onSubscribe(this);
        }
    }

    @Override
    public void onNext(StreamEvent event) {
        boolean live = termination.enter();
        boolean emitted = false;
        if (live) {
            try {
                emitted = emit(ids.unique(event));
            } catch (Throwable e) { // the subscriber threw, which §2.13 forbids, or the event is null
                cancel();
                onError(e);
            }
        }
        if (termination.leave(live)) {
            down().onComplete();
        } else if (live && !emitted) {
            request(1); // replaces the event that had no counterpart downstream
        }
    }

    private boolean emit(StreamEvent event) {
        begun = true;
        collector.accept(event);
        if (event instanceof StreamEvent.UsageReported cost) {
            usage = cost.usage();
        }
        AgentEvent agentEvent = toAgentEvent(event);
        if (agentEvent != null) {
            down().onNext(agentEvent);
        }
        return agentEvent != null;
    }

    private static @Nullable AgentEvent toAgentEvent(StreamEvent event) {
        if (event instanceof StreamEvent.ContentDelta text) {
            return new AgentEvent.Token(text.delta());
        }
        if (event instanceof StreamEvent.ReasoningDelta thought
                && !thought.delta().isEmpty()) {
            return new AgentEvent.Reasoning(thought.delta());
        }
        if (event instanceof StreamEvent.ToolCallStart start) {
            return new AgentEvent.ToolCallStart(start.id(), start.name());
        }
        return null;
    }

    @Override
    public void onError(Throwable thrown) {
        if (termination.end()) {
            down().onError(thrown);
        }
    }

    @Override
    public void onComplete() {
        if (!termination.end()) {
            return;
        }
        try {
            response = collector.result();
        } catch (LlmException e) {
            down().onError(e);
            return;
        }
        down().onComplete();
    }

    @Override
    public void request(long n) {
        Flow.Subscription open = upstream;
        if (open != null) {
            open.request(n);
        }
    }

    @Override
    public void cancel() {
        Flow.Subscription open = upstream;
        if (open != null) {
            open.cancel();
        }
    }
}
