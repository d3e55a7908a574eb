package dev.postern.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Keeps what was spent, and what open calls have reserved. {@link InProcessBudgetStore} does so for one process; one that several
 * processes share can be implemented on a database or a cache.
 *
 * <p>An {@link Account} has the amounts of one key of one budget. A reservation is granted if what counts in the window, what is reserved, and the amount are
 * together at most the limit. The check and the reservation are one step. Implementations are thread-safe, and no method blocks: an
 * answer that takes time comes later. Amounts are billionths of the currency of the account.
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
     * What amounts are kept for. Accounts that differ in any part share nothing.
     *
     * @param budget the name of the budget; empty if it has none
     * @param key who pays
     * @param window the window
     * @param currency the name of the currency
     */
    record Account(String budget, String key, BudgetWindow window, String currency) {
        /** Refuses null. */
        public Account {
            Objects.requireNonNull(budget, "budget");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(window, "window");
            Objects.requireNonNull(currency, "currency");
        }
    }

    /**
     * What a call asks for.
     *
     * @param account who pays
     * @param limit the limit of the window
     * @param nanos the amount, above 0
     * @param lifetime the time after which the reservation expires by itself, if it is never settled
     */
    record Reservation(Account account, long limit, long nanos, Duration lifetime) {
        /** Refuses null. */
        public Reservation {
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(lifetime, "lifetime");
        }
    }

    /** What a store answers. */
    sealed interface Answer permits Lease, Refusal {}

    /**
     * A reservation that was granted.
     *
     * @param id the id that the store gave it
     * @param account who pays
     * @param slot the slot to which it belongs, and to which what is spent will belong
     * @param nanos what is reserved
     * @param expires when it expires by itself
     */
    record Lease(String id, Account account, long slot, long nanos, Instant expires) implements Answer {
        /** Refuses null. */
        public Lease {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(account, "account");
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
