package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.usage.BudgetStore;
import dev.postern.usage.BudgetStore.Account;
import dev.postern.usage.BudgetStore.Lease;
import dev.postern.usage.BudgetStore.Reservation;
import dev.postern.usage.BudgetWindow;
import dev.postern.usage.InProcessBudgetStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CallerAccountsTest {
    private final Keys.Clock clock = new Keys.Clock();
    private final InProcessBudgetStore keys = new InProcessBudgetStore(clock, 2, 2);
    private final InProcessBudgetStore tokens = new InProcessBudgetStore(clock, 2, 2);
    private final BudgetStore accounts = new CallerAccounts(keys, tokens);

    private CompletableFuture<BudgetStore.Answer> reserve(String caller) {
        Account account = new Account("tokens", caller, BudgetWindow.rolling(Duration.ofMinutes(1)), "EUR");
        return accounts.reserve(new Reservation(account, 10, 4, Duration.ofMinutes(1)))
                .toCompletableFuture();
    }

    @Test
    void subjectsOfTokensDoNotUseTheRoomOfKeys() {
        assertThat(reserve("token:acme/ann")).isCompleted();
        assertThat(reserve("token:acme/bob")).isCompleted();
        assertThat(reserve("token:acme/eve")).as("no room").isCompletedExceptionally();

        assertThat(reserve("k3v9xw2mzq")).isCompletedWithValueMatching(Lease.class::isInstance);
        assertThat(reserve("b7n2hj4tpa")).isCompletedWithValueMatching(Lease.class::isInstance);
    }

    @Test
    void anAmountIsSettledWhereItWasReserved() {
        for (String caller : new String[] {"token:acme/ann", "k3v9xw2mzq"}) {
            Lease lease = (Lease) reserve(caller).join();
            assertThat(accounts.settle(lease, 7).toCompletableFuture()).isCompleted();
            assertThat(reserve(caller).join())
                    .isInstanceOfSatisfying(
                            BudgetStore.Refusal.class,
                            refusal -> assertThat(refusal.left()).isEqualTo(3));
        }
    }
}
