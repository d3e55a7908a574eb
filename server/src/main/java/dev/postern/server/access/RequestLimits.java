package dev.postern.server.access;

import dev.postern.usage.BudgetStore;
import dev.postern.usage.BudgetWindow;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Limits the requests of each caller: per minute, and at the same time. The former are kept in a {@link BudgetStore}, as tokens
 * and costs are, so that several servers can share them. Thread-safe; does not block.
 */
final class RequestLimits {
    private static final BudgetWindow MINUTE = BudgetWindow.rolling(Duration.ofMinutes(1));
    private static final Duration LIFETIME = Duration.ofMinutes(1);

    private final BudgetStore store;
    private final InstantSource clock;
    private final Refusals refusals;
    /** The open requests by caller; a caller without any has no entry. */
    private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

    RequestLimits(BudgetStore store, InstantSource clock, Refusals refusals) {
        this.store = store;
        this.clock = clock;
        this.refusals = refusals;
    }

    /**
     * Counts a request of this caller. The result runs when the request has ended; a second run does nothing. The stage fails
     * with an {@link AccessException} if a limit is reached.
     */
    CompletionStage<Runnable> enter(Caller caller) {
        Runnable leave = () -> {};
        int most = caller.limits().concurrent();
        if (most > 0) {
            if (!opened(caller.id(), most)) {
                refusals.refused(caller.tenant(), "concurrent");
                return CompletableFuture.failedStage(AccessException.tooMany(
                        most + (most == 1 ? " request" : " requests") + " at the same time", Duration.ofSeconds(1)));
            }
            AtomicBoolean left = new AtomicBoolean();
            leave = () -> {
                if (left.compareAndSet(false, true)) {
                    closed(caller.id());
                }
            };
        }
        int perMinute = caller.limits().requestsPerMinute();
        return perMinute == 0 ? CompletableFuture.completedStage(leave) : counted(caller, perMinute, leave);
    }

    /** The number of callers with open requests that are limited. */
    int callers() {
        return open.size();
    }

    private boolean opened(String id, int most) {
        boolean[] within = new boolean[1];
        open.compute(id, (key, count) -> {
            int now = count == null ? 0 : count;
            within[0] = now < most;
            return within[0] ? Integer.valueOf(now + 1) : count;
        });
        return within[0];
    }

    private void closed(String id) {
        open.computeIfPresent(id, (key, count) -> count == 1 ? null : count - 1);
    }

    private CompletionStage<Runnable> counted(Caller caller, int perMinute, Runnable leave) {
        BudgetStore.Account account = new BudgetStore.Account("requests per minute", caller.id(), MINUTE, "requests");
        CompletionStage<BudgetStore.Answer> answer;
        try {
            answer = store.reserve(new BudgetStore.Reservation(account, perMinute, 1, LIFETIME));
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedStage(e);
        }
        return answer.handle((given, thrown) -> {
            if (given instanceof BudgetStore.Lease lease) {
                var unused = store.settle(lease, 1);
                return leave;
            }
            leave.run();
            if (given instanceof BudgetStore.Refusal refusal) {
                refusals.refused(caller.tenant(), "requests_per_minute");
                throw new CompletionException(AccessException.tooMany(
                        perMinute + (perMinute == 1 ? " request" : " requests") + " per minute",
                        Duration.between(clock.instant(), refusal.renews())));
            }
            throw new CompletionException(
                    AccessException.unavailable("The limits of keys cannot be counted now; send the request again."));
        });
    }
}
