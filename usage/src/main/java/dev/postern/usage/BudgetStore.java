package dev.postern.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Keeps what was spent, and what open calls have reserved. {@link InProcessBudgetStore} does so for one process; one that several
 * processes share can be implemented on a database or a cache.
 *
 * <p>An account is a key and a window. A reservation is granted if what counts in the window, what is reserved, and the amount are
 * together at most the limit. The check and the reservation are one step. Implementations are thread-safe, and no method blocks: an
 * answer that takes time comes later. Amounts are billionths of the currency of the budget.
 */
public interface BudgetStore {

    /**
     * Reserves an amount, or refuses to. If the stage fails, the call is refused with kind {@link
     * dev.postern.LlmException.Kind#OVERLOADED}, and no backend is blamed.
     */
    CompletionStage<Answer> reserve(Reservation reservation);

    /**
     * Ends a lease: gives back what it reserved, and counts what was spent, which may be more or 0. Called at most once for each lease.
     * The amount counts even if the lease has expired, unless its slot does not count any more.
     */
    CompletionStage<Void> settle(Lease lease, long nanos);

    /**
     * What a call asks for.
     *
     * @param key who pays
     * @param window the window
     * @param limit the limit of the window
     * @param nanos the amount, above 0
     * @param lifetime the time after which the reservation expires by itself, if it is never settled
     */
    record Reservation(String key, BudgetWindow window, long limit, long nanos, Duration lifetime) {
        /** Refuses null. */
        public Reservation {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(window, "window");
            Objects.requireNonNull(lifetime, "lifetime");
        }
    }

    /** What a store answers. */
    sealed interface Answer permits Lease, Refusal {}

    /**
     * A reservation that was granted.
     *
     * @param id the id that the store gave it
     * @param key who pays
     * @param window the window
     * @param slot the slot to which it belongs, and to which what is spent will belong
     * @param nanos what is reserved
     * @param expires when it expires by itself
     */
    record Lease(String id, String key, BudgetWindow window, long slot, long nanos, Instant expires) implements Answer {
        /** Refuses null. */
        public Lease {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(window, "window");
            Objects.requireNonNull(expires, "expires");
        }
    }

    /**
     * A reservation that was not granted.
     *
     * @param left what is left and not reserved
     * @param renews when the window begins anew; for a rolling one, when its oldest amount leaves it
     */
    record Refusal(long left, Instant renews) implements Answer {
        /** Refuses null. */
        public Refusal {
            Objects.requireNonNull(renews, "renews");
        }
    }
}
