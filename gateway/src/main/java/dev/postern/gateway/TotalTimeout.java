package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The total timeout of one call, which the gateway or the request sets: runs the timer, keeps the failure after it has
 * expired, and decides whether the failure counts against the backend. Thread-safe.
 */
final class TotalTimeout {
    private final RoutingTable routing;
    /** Zero for none. */
    private final Duration limit;
    /** The time until the deadline of the context; zero for none. */
    private final Duration deadline;

    private volatile Runnable cancelTimer = () -> {};
    private volatile @Nullable LlmException failure;

    TotalTimeout(RoutingTable routing, CompletionRequest request) {
        this.routing = routing;
        this.limit = routing.limitOf(request);
        this.deadline = request.context()
                .remaining()
                .map(left -> left.isNegative() || left.isZero() ? Duration.ofNanos(1) : left)
                .orElse(Duration.ZERO);
    }

    /**
     * Starts the timer, if there is a limit.
     *
     * @param onExpired called by the timer with the failure
     */
    void start(Consumer<LlmException> onExpired) {
        if (isDeadlineFirst()) {
            start(deadline, GatewayFailures.deadline(), onExpired);
        } else if (!limit.isZero()) {
            start(limit, GatewayFailures.totalTimeout(limit), onExpired);
        }
    }

    private void start(Duration after, LlmException expired, Consumer<LlmException> onExpired) {
        cancelTimer = routing.timer().after(Math.max(1, Timer.nanos(after)), () -> {
            failure = expired;
            onExpired.accept(expired);
        });
    }

    private boolean isDeadlineFirst() {
        return !deadline.isZero() && (limit.isZero() || deadline.compareTo(limit) < 0);
    }

    /** Stops the timer. */
    void stop() {
        cancelTimer.run();
    }

    /** The failure, if the time is over; else null. */
    @Nullable
    LlmException failure() {
        return failure;
    }

    /**
     * Whether the timeout counts against the backend. A timeout of the caller does not. The timeout of the gateway counts,
     * unless the time passed elsewhere: in the queue, at other backends, or because the caller requested no items.
     *
     * @param awaited whether the caller has requested items and has received none
     */
    boolean countsAgainst(BackendLease lease, boolean awaited) {
        return !isDeadlineFirst()
                && routing.isGatewayTimeout(limit)
                && awaited
                && lease.elapsedNanos() >= Timer.nanos(limit) / 2;
    }
}
