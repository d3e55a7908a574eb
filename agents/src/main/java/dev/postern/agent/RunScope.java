package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.call.Instrumentation.ContextBinding;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to one run from its beginning to its end: the context of all that is below it, its time limit, its listeners, and the
 * threads of its tools. Thread-safe.
 */
final class RunScope {
    private final CallContext context;
    private final RunNews news;
    private final Duration timeLimit;
    private final boolean tooLate;
    private final Executor executor;
    private final @Nullable ContextBinding binding;

    private RunScope(
            CallContext context,
            RunNews news,
            Duration timeLimit,
            boolean tooLate,
            Executor executor,
            @Nullable ContextBinding binding) {
        this.context = context;
        this.news = news;
        this.timeLimit = timeLimit;
        this.tooLate = tooLate;
        this.executor = executor;
        this.binding = binding;
    }

    /** Begins a run: tells the listeners. If there are any, the current thread must be allowed to block. */
    static RunScope begin(
            AgentSettings settings, AgentInput input, ParentContext parent, String sessionId, boolean streaming) {
        CallContext given = input.context().child();
        Duration own = settings.limits().totalTime();
        Duration left = given.remaining().orElse(Duration.ZERO);
        boolean hasDeadline = given.remaining().isPresent();
        // The run above ends an agent that it calls, and says so in the result of the call.
        boolean isStricter = hasDeadline && parent.depth() == 0 && (own.isZero() || left.compareTo(own) < 0);
        boolean tooLate = isStricter && (left.isNegative() || left.isZero());

        CallContext.Builder builder = given.toBuilder().session(sessionId);
        if (given.id().isEmpty()) {
            builder.newId();
        }
        if (!own.isZero()) {
            builder.within(own);
        }
        String runId = CallContext.builder().newId().build().id();
        RunNews news = new RunNews();
        CallContext context = news.begin(
                settings.listeners(),
                new RunParts.Run(builder.build(), runId, settings, input, sessionId, streaming, parent.depth()));
        return new RunScope(
                context.toBuilder().parent(runId).build(),
                news,
                isStricter && !tooLate ? left : own,
                tooLate,
                parent.executor(settings),
                settings.binding());
    }

    /** The context of the turns and tools of this run; its parent is this run. */
    CallContext context() {
        return context;
    }

    /** What the listeners are told. */
    RunNews news() {
        return news;
    }

    /** The limits with the time that this run may take: that of the limits, or until the deadline of the caller. */
    AgentLimits limits(AgentLimits limits) {
        return limits.withTotalTime(timeLimit);
    }

    /** Whether the deadline of the caller was over before the run began. */
    boolean isTooLate() {
        return tooLate;
    }

    /** Whether the deadline of the calls of this run is over. */
    boolean isDeadlineOver() {
        return context.remaining()
                .filter(left -> left.isNegative() || left.isZero())
                .isPresent();
    }

    /** The executor for code of the application, which binds this context to its threads. */
    Executor executor(CallContext bound) {
        ContextBinding threads = binding;
        return threads == null ? executor : task -> executor.execute(() -> threads.run(bound, task));
    }
}
