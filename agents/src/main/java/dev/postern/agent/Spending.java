package dev.postern.agent;

import dev.postern.Usage;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a run has used of its bounds, with the agents that it asked. What such an agent uses is added at once, and not when
 * it has ended: it may fail, or be stopped. Thread-safe, as several agents may be asked at the same time.
 */
final class Spending {
    private final AgentLimits limits;
    private final @Nullable Spending above;
    private final AtomicInteger calls = new AtomicInteger();
    private @Nullable Usage total;

    /**
     * Nothing is used yet.
     *
     * @param above the spending of the run that asked for this one
     */
    Spending(AgentLimits limits, @Nullable Spending above) {
        this.limits = limits;
        this.above = above;
    }

    void add(Usage more) {
        synchronized (this) {
            total = total == null ? more : total.plus(more);
        }
        if (above != null) {
            above.add(more);
        }
    }

    synchronized Optional<Usage> total() {
        return Optional.ofNullable(total);
    }

    /** The bound of tokens that is reached, here or in a run above; empty if none is. */
    OptionalLong tokensReached() {
        long most = limits.maxTokens();
        boolean reached = most > 0 && total().map(Usage::totalTokens).orElse(0L) >= most;
        if (reached) {
            return OptionalLong.of(most);
        }
        return above == null ? OptionalLong.empty() : above.tokensReached();
    }

    /** Takes one call of a tool; the bound that forbids it, here or in a run above, or empty if it may run. */
    OptionalLong takeCall() {
        int most = limits.maxToolCalls();
        if (calls.getAndUpdate(taken -> Math.min(taken, most - 1) + 1) >= most) {
            return OptionalLong.of(most);
        }
        return above == null ? OptionalLong.empty() : above.takeCall();
    }
}
