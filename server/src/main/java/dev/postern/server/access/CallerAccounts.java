package dev.postern.server.access;

import dev.postern.usage.BudgetStore;
import java.util.concurrent.CompletionStage;

/**
 * Keeps the accounts of keys and those of tokens in stores of their own. An issuer may have any number of subjects, and their
 * accounts must not use up the room for those of keys. Thread-safe if the stores are.
 */
final class CallerAccounts implements BudgetStore {
    private final BudgetStore keys;
    private final BudgetStore tokens;

    CallerAccounts(BudgetStore keys, BudgetStore tokens) {
        this.keys = keys;
        this.tokens = tokens;
    }

    private BudgetStore of(Account account) {
        return account.key().startsWith(JwtVerifier.ID_PREFIX) ? tokens : keys;
    }

    @Override
    public CompletionStage<Answer> reserve(Reservation reservation) {
        return of(reservation.account()).reserve(reservation);
    }

    @Override
    public CompletionStage<Void> settle(Lease lease, long nanos) {
        return of(lease.account()).settle(lease, nanos);
    }
}
