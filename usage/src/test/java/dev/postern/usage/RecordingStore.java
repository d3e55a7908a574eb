package dev.postern.usage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;

/**
 * Records what a store grants and what is settled, and answers late. A reservation is a party of the phaser until it is refused or
 * settled.
 */
final class RecordingStore implements BudgetStore {
    private final BudgetStore store;
    private final Executor late;
    private final Phaser open;

    // Guarded by this.
    private final Map<String, Account> accounts = new HashMap<>();
    private final List<String> faults = new ArrayList<>();

    /** What one key did. */
    private static final class Account {
        private long spent;
        private long limit;
        private long refusals;
        private final Map<String, Lease> open = new HashMap<>();
        private final Map<String, Long> beyond = new HashMap<>(); // by lease: what it cost more than was reserved
        private Set<String> openAtLastGrant = Set.of();
    }

    /** The result for one key. */
    record Result(String key, long spent, long limit, long allowed, long refusals, int open) {}

    RecordingStore(BudgetStore store, Executor late, Phaser open) {
        this.store = store;
        this.late = late;
        this.open = open;
    }

    @Override
    public CompletionStage<Answer> reserve(Reservation wanted) {
        open.register();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        late.execute(() -> answer.complete(ask(wanted)));
        return answer;
    }

    private synchronized Answer ask(Reservation wanted) {
        Account account = accounts.computeIfAbsent(wanted.account().key(), any -> new Account());
        Answer answer = store.reserve(wanted).toCompletableFuture().join();
        account.limit = wanted.limit();
        if (answer instanceof Lease lease) {
            long reserved =
                    account.open.values().stream().mapToLong(Lease::nanos).sum();
            if (account.spent + reserved + lease.nanos() > wanted.limit()) {
                faults.add("granted over the limit: " + lease);
            }
            account.open.put(lease.id(), lease);
            account.openAtLastGrant = new HashSet<>(account.open.keySet());
        } else {
            account.refusals++;
            open.arriveAndDeregister();
        }
        return answer;
    }

    @Override
    public synchronized CompletionStage<Void> settle(Lease lease, long nanos) {
        Account account = accounts.get(lease.account().key());
        if (account.open.remove(lease.id()) == null) {
            faults.add("settled twice: " + lease);
        }
        account.spent += nanos;
        account.beyond.put(lease.id(), Math.max(0, nanos - lease.nanos()));
        CompletionStage<Void> done = store.settle(lease, nanos);
        open.arriveAndDeregister();
        return done;
    }

    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    synchronized List<Result> results() {
        List<Result> results = new ArrayList<>();
        accounts.forEach((key, account) -> {
            long beyond = account.openAtLastGrant.stream()
                    .mapToLong(id -> account.beyond.getOrDefault(id, 0L))
                    .sum();
            results.add(new Result(
                    key, account.spent, account.limit, account.limit + beyond, account.refusals, account.open.size()));
        });
        return results;
    }
}
