package dev.postern.usage;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The budgets of one process, in memory. They begin at 0 when it starts. Expired leases are given back when a method is called.
 *
 * <p>It holds at most 10,000 accounts and 100,000 open leases unless it is made with other limits. An account with nothing in its window
 * makes room for others. A reservation beyond the limits fails with {@link Kind#OVERLOADED}. Thread-safe.
 */
public final class InProcessBudgetStore implements BudgetStore {
    private static final Comparator<Lease> SOONEST = Comparator.comparing(Lease::expires)
            .thenComparingInt(lease -> lease.id().length())
            .thenComparing(Lease::id);
    private static final int ACCOUNTS = 10_000;
    private static final int LEASES = 100_000;
    /** The accounts are searched for empty ones at most so often. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final int maxAccounts;
    private final int maxLeases;

    // Guarded by this; nothing foreign runs inside.
    private final Map<Account, BudgetAccount> accounts = new HashMap<>();
    private final TreeSet<Lease> leases = new TreeSet<>(SOONEST);
    private long lastId;
    private @Nullable Instant searched;

    /**
     * What an account has.
     *
     * @param spent what was spent in its window
     * @param reserved what open calls have reserved
     */
    public record Balance(long spent, long reserved) {}

    /** A store with the clock of the system. */
    public InProcessBudgetStore() {
        this(InstantSource.system());
    }

    /** A store with this clock. */
    public InProcessBudgetStore(InstantSource clock) {
        this(clock, ACCOUNTS, LEASES);
    }

    /**
     * A store with these limits.
     *
     * @param clock the clock
     * @param maxAccounts the most accounts, at least 1
     * @param maxLeases the most calls that are open at once, at least 1
     */
    public InProcessBudgetStore(InstantSource clock, int maxAccounts, int maxLeases) {
        this.clock = Objects.requireNonNull(clock, "clock");
        if (maxAccounts < 1 || maxLeases < 1) {
            throw new IllegalArgumentException(
                    "a store has at least 1 account and 1 lease, not " + maxAccounts + " and " + maxLeases);
        }
        this.maxAccounts = maxAccounts;
        this.maxLeases = maxLeases;
    }

    @Override
    public CompletionStage<Answer> reserve(Reservation wanted) {
        Instant now = clock.instant(); // may be foreign code, so it runs outside of the lock
        try {
            return CompletableFuture.completedStage(reserve(wanted, now));
        } catch (LlmException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private synchronized Answer reserve(Reservation wanted, Instant now) {
        expire(now);
        BudgetWindow window = wanted.account().window();
        BudgetAccount account = account(wanted.account(), now);
        account.forgetBefore(window.oldest(now));
        long left = account.left(wanted.limit());
        if (wanted.nanos() > left) {
            return new Refusal(left, window.leaves(account.oldestOr(window.slot(now))));
        }
        if (leases.size() == maxLeases) {
            throw full("open calls", maxLeases);
        }
        Lease lease = new Lease(
                Long.toString(++lastId),
                wanted.account(),
                window.slot(now),
                wanted.nanos(),
                now.plus(wanted.lifetime()));
        leases.add(lease);
        account.reserve(lease.slot(), lease.nanos());
        return lease;
    }

    @Override
    public CompletionStage<Void> settle(Lease lease, long nanos) {
        settle(lease, nanos, clock.instant());
        return CompletableFuture.completedStage(null);
    }

    private synchronized void settle(Lease lease, long nanos, Instant now) {
        expire(now);
        if (leases.remove(lease)) {
            release(lease);
        }
        boolean counts = lease.slot() >= lease.account().window().oldest(now);
        BudgetAccount account = accounts.get(lease.account());
        if (nanos > 0 && counts) {
            if (account == null) { // it made room after the lease had expired; the money was spent all the same
                account = new BudgetAccount();
                accounts.put(lease.account(), account);
            }
            account.spend(lease.slot(), nanos);
        }
    }

    /** What an account has now; see {@link Budget#account}. */
    public Balance balance(Account of) {
        Instant now = clock.instant();
        synchronized (this) {
            expire(now);
            BudgetAccount account = accounts.get(of);
            if (account == null) {
                return new Balance(0, 0);
            }
            account.forgetBefore(of.window().oldest(now));
            return new Balance(account.spent(), account.reserved());
        }
    }

    /** The number of leases that are open. */
    public int openLeases() {
        Instant now = clock.instant();
        synchronized (this) {
            expire(now);
            return leases.size();
        }
    }

    private void expire(Instant now) {
        while (!leases.isEmpty() && !leases.first().expires().isAfter(now)) {
            release(Objects.requireNonNull(leases.pollFirst()));
        }
    }

    private void release(Lease lease) {
        BudgetAccount account = accounts.get(lease.account());
        if (account != null) {
            account.release(lease.slot(), lease.nanos());
        }
    }

    private BudgetAccount account(Account name, Instant now) {
        BudgetAccount known = accounts.get(name);
        if (known != null) {
            return known;
        }
        if (accounts.size() >= maxAccounts && (searched == null || !now.isBefore(searched.plus(PAUSE)))) {
            searched = now;
            accounts.entrySet().removeIf(each -> {
                each.getValue().forgetBefore(each.getKey().window().oldest(now));
                return each.getValue().isEmpty();
            });
        }
        if (accounts.size() >= maxAccounts) {
            throw full("accounts", maxAccounts);
        }
        BudgetAccount made = new BudgetAccount();
        accounts.put(name, made);
        return made;
    }

    private static LlmException full(String what, int limit) {
        return LlmException.builder(
                        Kind.OVERLOADED,
                        "The store of budgets has its limit of " + limit + " " + what
                                + "; make it with a higher limit, or call again later.")
                .refusedBeforeSending(true)
                .build();
    }
}
