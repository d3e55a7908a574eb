package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.agent.RunListener.ToolEnd;
import dev.postern.agent.RunListener.ToolOutcome;
import dev.postern.agent.RunListener.ToolWatch;
import java.util.Optional;
import java.util.concurrent.Executor;

/** A tool call that has begun: the context of what is below it, and what its listeners are told. */
final class WatchedCall {
    private final RunScope scope;
    private final OpenPart<ToolWatch> part;

    private WatchedCall(RunScope scope, OpenPart<ToolWatch> part) {
        this.scope = scope;
        this.part = part;
    }

    /** Tells the listeners that a call begins. */
    static WatchedCall begin(RunContext run, ToolCall call) {
        ToolDefinition definition = run.tools().definition(call.name());
        SubAgent agent = run.tools().agent(call.name());
        CallContext context = run.scope().context().toBuilder()
                .within(run.limits().toolTime())
                .build();
        return new WatchedCall(
                run.scope(),
                run.scope()
                        .news()
                        .tool(
                                context,
                                call,
                                definition == null ? "" : definition.description(),
                                agent == null ? "" : agent.name()));
    }

    /** The context of the approval, the function, or the other agent. */
    CallContext context() {
        return part.context();
    }

    /** The executor for the approval and the function. */
    Executor executor() {
        return scope.executor(part.context());
    }

    /** Tells the listeners that the call has ended. */
    void end(ToolOutcome outcome, Optional<ToolResult> result, Optional<Throwable> failure) {
        scope.news().end(part, (watch, elapsed) -> watch.end(new ToolEnd(outcome, result, failure, elapsed)));
    }
}
