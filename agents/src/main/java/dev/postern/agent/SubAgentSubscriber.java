package dev.postern.agent;

import dev.postern.LlmException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to the run of an agent that a model called. Its text becomes events of the caller's run, its answer the
 * result of the call.
 */
final class SubAgentSubscriber implements Flow.Subscriber<AgentEvent> {
    /** How many events of one agent may wait in the outbox. */
    private static final int WINDOW = 16;

    private final ToolPhase phase;
    private final RunningCall call;
    private final String name;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean cancelled;
    /** The names of the tools that the agent has started to call. Guarded by itself. */
    private final Set<String> toolNames = new LinkedHashSet<>();

    SubAgentSubscriber(ToolPhase phase, RunningCall call, String name) {
        this.phase = phase;
        this.call = call;
        this.name = name;
    }

    void cancel() {
        cancelled = true;
        Flow.Subscription open = subscription;
        if (open != null) {
            open.cancel();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription opened) {
        if (subscription != null) {
            opened.cancel();
            return;
        }
        subscription = opened;
        if (cancelled) {
            opened.cancel();
        } else {
            opened.request(WINDOW);
        }
    }

    @Override
    public void onNext(AgentEvent event) {
        if (event instanceof AgentEvent.Token token) {
            emit(new AgentEvent.SubAgentToken(name, token.content()));
        } else if (event instanceof AgentEvent.ToolCallStart start) {
            synchronized (toolNames) {
                toolNames.add(start.name());
            }
            emit(new AgentEvent.SubAgentTool(name, start.name()));
        } else if (event instanceof AgentEvent.SubAgentToken || event instanceof AgentEvent.SubAgentTool) {
            emit(event);
        } else {
            if (event instanceof AgentEvent.Done done) {
                call.agentAnswered(done.result().text());
            }
            requestNext();
        }
    }

    /** Returns a sentence for the model with the tools that the agent has called so far; empty for none. */
    String toolsCalled() {
        synchronized (toolNames) {
            return toolNames.isEmpty() ? "" : " Before that it had called: " + String.join(", ", toolNames) + ".";
        }
    }

    private void emit(AgentEvent event) {
        phase.publish(event, this::requestNext);
    }

    private void requestNext() {
        Flow.Subscription open = subscription;
        if (open != null) {
            open.request(1);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        call.agentFailed(LlmException.of(thrown));
    }

    @Override
    public void onComplete() {
        // Done came before
    }
}
