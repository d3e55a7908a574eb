package dev.postern.agent;

import dev.postern.Usage;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The tokens and tool calls of a run and of the agents that it calls. Their usage is added at once and not when they
 * end, because they can fail or be stopped. Thread-safe, because agents run in parallel.
 */
final class RunUsage {
    private final AgentLimits limits;
    private final @Nullable RunUsage parent;
    private final AtomicInteger calls = new AtomicInteger();
    private @Nullable Usage total;

    /**
     * Starts at zero.
     *
     * @param parent the usage of the run that called this agent, or null
     */
    RunUsage(AgentLimits limits, @Nullable RunUsage parent) {
        this.limits = limits;
        this.parent = parent;
    }

    void add(Usage more) {
        synchronized (this) {
            total = total == null ? more : total.plus(more);
        }
        if (parent != null) {
            parent.add(more);
        }
    }

    synchronized Optional<Usage> total() {
        return Optional.ofNullable(total);
    }

    /** Returns the token limit that is reached, in this run or in a parent; empty if none is. */
    OptionalLong tokensReached() {
        long most = limits.maxTotalTokens();
        boolean reached = most > 0 && total().map(Usage::totalTokens).orElse(0L) >= most;
        if (reached) {
            return OptionalLong.of(most);
        }
        return parent == null ? OptionalLong.empty() : parent.tokensReached();
    }

    /**
     * Counts one tool call. Returns the limit that forbids it, in this run or in a parent; empty if the call may run.
     */
    OptionalLong takeCall() {
        int most = limits.maxToolCalls();
        if (calls.getAndUpdate(taken -> Math.min(taken, most - 1) + 1) >= most) {
            return OptionalLong.of(most);
        }
        return parent == null ? OptionalLong.empty() : parent.takeCall();
    }
}
