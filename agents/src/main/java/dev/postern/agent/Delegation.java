package dev.postern.agent;

import dev.postern.LlmException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Listens to an agent that another one has asked: its words go out as news, its answer becomes the result of the call. */
final class Delegation implements Flow.Subscriber<AgentEvent> {
    /** So many events may wait to go out. */
    private static final int AHEAD = 16;

    private final ToolPhase phase;
    private final RunningCall call;
    private final String name;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean cancelled;
    /** The tools that it has begun to call; guarded by itself. */
    private final Set<String> called = new LinkedHashSet<>();

    Delegation(ToolPhase phase, RunningCall call, String name) {
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
            opened.request(AHEAD);
        }
    }

    @Override
    public void onNext(AgentEvent event) {
        if (event instanceof AgentEvent.Token token) {
            say(new AgentEvent.SubAgentToken(name, token.content()));
        } else if (event instanceof AgentEvent.ToolCallStart start) {
            synchronized (called) {
                called.add(start.name());
            }
            say(new AgentEvent.SubAgentTool(name, start.name()));
        } else if (event instanceof AgentEvent.SubAgentToken || event instanceof AgentEvent.SubAgentTool) {
            say(event);
        } else {
            if (event instanceof AgentEvent.Done done) {
                call.answered(done.result().response());
            }
            more();
        }
    }

    /** The tools that it has called so far, for the model that asked it; empty for none. */
    String toolsCalled() {
        synchronized (called) {
            return called.isEmpty() ? "" : " Before that it had called: " + String.join(", ", called) + ".";
        }
    }

    private void say(AgentEvent event) {
        phase.said(event, this::more);
    }

    private void more() {
        Flow.Subscription open = subscription;
        if (open != null) {
            open.request(1);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        call.failed(LlmException.of(thrown));
    }

    @Override
    public void onComplete() {
        // the answer came before
    }
}
