package dev.postern.agent;

import dev.postern.CompletionCollector;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.flow.Cutoff;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The model is asked once: its events as those of the agent, and in the end its answer. Serves one subscriber. Can be cut
 * short from outside; then it completes with what there is.
 */
final class ModelTurn implements Flow.Publisher<AgentEvent>, Flow.Subscriber<StreamEvent>, Flow.Subscription, Phase {
    private final Flow.Publisher<StreamEvent> answer;
    private final CompletionCollector collector = new CompletionCollector();
    private final CallIds ids;
    private final Cutoff cutoff = new Cutoff();
    private volatile Flow.@Nullable Subscriber<? super AgentEvent> downstream;
    private volatile Flow.@Nullable Subscription upstream;
    private @Nullable CompletionResponse response;
    private volatile boolean begun;
    /** What the backend has reported so far, which may be before the end. */
    private volatile @Nullable Usage usage;

    ModelTurn(Flow.Publisher<StreamEvent> answer, CallIds ids) {
        this.answer = answer;
        this.ids = ids;
    }

    /** The whole answer; empty if the turn was cut short. Known once the turn is complete. */
    Optional<CompletionResponse> response() {
        return Optional.ofNullable(response);
    }

    /** Whether the model has begun to answer. */
    boolean hasBegun() {
        return begun;
    }

    /** What the turn cost, as far as it was reported before it ended or was cut short. */
    Optional<Usage> usageSoFar() {
        return Optional.ofNullable(usage);
    }

    /** The text of a turn that was cut short. */
    String textSoFar() {
        return collector.textSoFar();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super AgentEvent> subscriber) {
        ids.beginAnswer();
        downstream = subscriber;
        answer.subscribe(this);
    }

    @Override
    public void expire() {
        if (downstream == null) {
            return; // not yet begun: asked again then
        }
        Cutoff.Cut cut = cutoff.cut();
        if (cut != Cutoff.Cut.TOO_LATE) {
            cancel();
        }
        if (cut == Cutoff.Cut.TELL) {
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
        if (cutoff.isOver()) { // asked after upstream is set: who cuts after this question finds it, and cancels
            subscription.cancel();
        } else {
            down().onSubscribe(this);
        }
    }

    @Override
    public void onNext(StreamEvent event) {
        boolean live = cutoff.enter();
        boolean spoke = false;
        if (live) {
            try {
                spoke = tell(ids.unique(event));
            } catch (Throwable e) { // of a subscriber that must not throw (§2.13), or of an event that is null
                cancel();
                onError(e);
            }
        }
        if (cutoff.leave(live)) {
            down().onComplete();
        } else if (live && !spoke) {
            request(1); // in the place of the one that says nothing
        }
    }

    private boolean tell(StreamEvent event) {
        begun = true;
        collector.accept(event);
        if (event instanceof StreamEvent.UsageReported cost) {
            usage = cost.usage();
        }
        AgentEvent news = news(event);
        if (news != null) {
            down().onNext(news);
        }
        return news != null;
    }

    private static @Nullable AgentEvent news(StreamEvent event) {
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
        if (cutoff.end()) {
            down().onError(thrown);
        }
    }

    @Override
    public void onComplete() {
        if (!cutoff.end()) {
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
