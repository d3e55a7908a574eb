package dev.postern.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.usage.BudgetStore.Account;
import dev.postern.usage.BudgetStore.Answer;
import dev.postern.usage.BudgetStore.Lease;
import dev.postern.usage.BudgetStore.Refusal;
import dev.postern.usage.BudgetStore.Reservation;
import dev.postern.usage.InProcessBudgetStore.Balance;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class InProcessBudgetStoreTest {
    private static final BudgetWindow DAY = BudgetWindow.perDay(ZoneOffset.UTC);
    private static final Duration MINUTES = Duration.ofMinutes(15);

    private final ManualClock clock = new ManualClock("2026-03-30T23:50:00Z");
    private final InProcessBudgetStore store = new InProcessBudgetStore(clock);

    private static Account account(String key, BudgetWindow window) {
        return new Account("b", key, window, "USD");
    }

    private Answer ask(InProcessBudgetStore of, String key, BudgetWindow window, long nanos) {
        return of.reserve(new Reservation(account(key, window), 100, nanos, MINUTES))
                .toCompletableFuture()
                .join();
    }

    private Lease lease(BudgetWindow window, long nanos) {
        return (Lease) ask(store, "acme", window, nanos);
    }

    private Refusal refusal(BudgetWindow window, long nanos) {
        return (Refusal) ask(store, "acme", window, nanos);
    }

    private void settle(Lease lease, long nanos) {
        store.settle(lease, nanos).toCompletableFuture().join();
    }

    @Test
    void whatIsReservedAndWhatIsSpentCount() {
        Lease first = lease(DAY, 60);
        assertThat(store.balance(account("acme", DAY))).isEqualTo(new Balance(0, 60));
        assertThat(refusal(DAY, 41)).isEqualTo(new Refusal(40, Instant.parse("2026-03-31T00:00:00Z")));
        Lease second = lease(DAY, 40);

        settle(first, 10);
        settle(second, 95); // more than was reserved

        assertThat(store.balance(account("acme", DAY))).isEqualTo(new Balance(105, 0));
        assertThat(refusal(DAY, 1).left()).isZero();
        assertThat(ask(store, "other", DAY, 100)).isInstanceOf(Lease.class);
        assertThat(ask(store, "acme", BudgetWindow.perMonth(ZoneOffset.UTC), 100))
                .isInstanceOf(Lease.class);
    }

    @Test
    void accountsThatDifferInAnyPartShareNothing() {
        Account account = account("acme", DAY);
        List<Account> others = List.of(
                new Account("other", "acme", DAY, "USD"),
                new Account("b", "other", DAY, "USD"),
                new Account("b", "acme", BudgetWindow.perMonth(ZoneOffset.UTC), "USD"),
                new Account("b", "acme", DAY, "EUR"));
        Lease full = lease(DAY, 100);

        for (Account other : others) {
            assertThat(store.reserve(new Reservation(other, 100, 100, MINUTES))
                            .toCompletableFuture()
                            .join())
                    .isInstanceOfSatisfying(Lease.class, lease -> settle(lease, 40));
            assertThat(store.balance(other)).isEqualTo(new Balance(40, 0));
        }
        assertThat(store.balance(account)).isEqualTo(new Balance(0, 100));
        settle(full, 1);
        assertThat(store.balance(account)).isEqualTo(new Balance(1, 0));
    }

    @Test
    void aNewDayBeginsAtZeroAndIsNotChargedForTheOldOne() {
        Lease late = lease(DAY, 50);
        settle(lease(DAY, 50), 50);
        clock.advance(Duration.ofMinutes(10));

        assertThat(store.balance(account("acme", DAY))).isEqualTo(new Balance(0, 0));
        settle(late, 50); // belongs to yesterday
        assertThat(store.balance(account("acme", DAY))).isEqualTo(new Balance(0, 0));
        assertThat(lease(DAY, 100).slot()).isEqualTo(late.slot() + 1);
    }

    @Test
    void aLeaseThatIsNeverSettledExpires() {
        BudgetWindow month = BudgetWindow.perMonth(ZoneOffset.UTC);
        Lease lost = lease(month, 100);
        clock.advance(MINUTES.minusSeconds(1));
        assertThat(ask(store, "acme", month, 1)).isInstanceOf(Refusal.class);
        assertThat(store.openLeases()).isEqualTo(1);

        clock.advance(Duration.ofSeconds(1));

        assertThat(store.balance(account("acme", month))).isEqualTo(new Balance(0, 0));
        assertThat(store.openLeases()).isZero();
        settle(lost, 30); // the call ended after all
        assertThat(store.balance(account("acme", month))).isEqualTo(new Balance(30, 0));
        settle(lease(month, 70), 70);
        assertThat(store.balance(account("acme", month))).isEqualTo(new Balance(100, 0));
    }

    @Test
    void aRollingWindowForgetsBitByBit() {
        BudgetWindow hour = BudgetWindow.rolling(Duration.ofHours(1));
        settle(lease(hour, 60), 60);
        clock.advance(Duration.ofMinutes(30));
        settle(lease(hour, 40), 40);

        assertThat(refusal(hour, 1).renews()).isEqualTo("2026-03-31T00:51:00Z");
        clock.advance(Duration.ofMinutes(30));
        assertThat(store.balance(account("acme", hour)).spent()).isEqualTo(100); // nothing leaves too early
        clock.advance(Duration.ofMinutes(1));
        assertThat(store.balance(account("acme", hour)).spent()).isEqualTo(40);
        clock.advance(Duration.ofMinutes(30));
        assertThat(store.balance(account("acme", hour)).spent()).isZero();
    }

    @Test
    void daysAndMonthsAreThoseOfTheZone() {
        ZoneId zone = ZoneId.of("Europe/Berlin"); // it is 01:50 of the 31st there
        BudgetWindow day = BudgetWindow.perDay(zone);
        BudgetWindow month = BudgetWindow.perMonth(zone);

        assertThat(day.leaves(day.slot(clock.instant()))).isEqualTo("2026-03-31T22:00:00Z");
        assertThat(month.leaves(month.slot(clock.instant()))).isEqualTo("2026-03-31T22:00:00Z");
        assertThat(month.leaves(month.slot(Instant.parse("2026-12-15T00:00:00Z"))))
                .isEqualTo("2026-12-31T23:00:00Z");
        assertThat(day).isEqualTo(BudgetWindow.perDay(zone)).isNotEqualTo(month).isNotEqualTo(DAY);
        assertThat(day).hasToString("per day (Europe/Berlin)");
        assertThat(BudgetWindow.rolling(Duration.ofHours(1))).hasToString("per PT1H");
    }

    @Test
    void theNumberOfAccountsIsLimitedAndEmptyOnesMakeRoom() {
        InProcessBudgetStore small = new InProcessBudgetStore(clock, 2, 10);
        ask(small, "a", DAY, 1);
        ask(small, "b", DAY, 1);
        assertThatThrownBy(() -> ask(small, "c", DAY, 1)).hasMessageContaining("limit of 2 accounts");
        assertThat(ask(small, "a", DAY, 1)).isInstanceOf(Lease.class);

        clock.advance(Duration.ofMinutes(20)); // all leases have expired, and the day is over

        assertThat(ask(small, "c", DAY, 1)).isInstanceOf(Lease.class);
        assertThat(ask(small, "d", DAY, 1)).isInstanceOf(Lease.class);
    }

    @Test
    void theNumberOfOpenLeasesIsLimited() {
        InProcessBudgetStore small = new InProcessBudgetStore(clock, 2, 1);
        Lease only = (Lease) ask(small, "a", DAY, 1);
        assertThatThrownBy(() -> ask(small, "a", DAY, 1)).hasMessageContaining("limit of 1 open calls");

        small.settle(only, 1);

        assertThat(ask(small, "a", DAY, 1)).isInstanceOf(Lease.class);
    }

    @Test
    void aSumThatIsTooLargeStaysTheLargestNumber() {
        settle(lease(DAY, 1), Long.MAX_VALUE);
        clock.advance(Duration.ofSeconds(1));

        assertThat(store.balance(account("acme", DAY)).spent()).isEqualTo(Long.MAX_VALUE);
        assertThat(refusal(DAY, 1).left()).isZero();
    }
}
