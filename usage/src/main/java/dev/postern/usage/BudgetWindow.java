package dev.postern.usage;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The time for which a budget holds: a day, a month, or always the last hours.
 *
 * <p>For a {@link BudgetStore}, a window is a row of numbered slots, and what was spent in the slots from {@link #oldest} to {@link
 * #slot} counts. A day and a month are one slot. A rolling window has 60 slots and the one that has begun, so that nothing leaves it
 * too early. Two windows of the same form are equal.
 */
public final class BudgetWindow {
    private static final int SLOTS = 60;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final int MONTHS = 12;

    private final ZoneId zone;
    private final boolean monthly;
    private final @Nullable Duration rolling;

    private BudgetWindow(ZoneId zone, boolean monthly, @Nullable Duration rolling) {
        this.zone = zone;
        this.monthly = monthly;
        this.rolling = rolling;
    }

    /** Each calendar day in this zone. */
    public static BudgetWindow perDay(ZoneId zone) {
        return new BudgetWindow(zone.normalized(), false, null);
    }

    /** Each calendar month in this zone. */
    public static BudgetWindow perMonth(ZoneId zone) {
        return new BudgetWindow(zone.normalized(), true, null);
    }

    /**
     * Always the last hours, minutes or seconds: what was spent longer ago does not count. It counts for up to a sixtieth longer.
     *
     * @param duration from a second to 100 years
     */
    public static BudgetWindow rolling(Duration duration) {
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a window has from one second to 100 years, not " + duration);
        }
        return new BudgetWindow(ZoneOffset.UTC, false, duration);
    }

    /** The slot of this moment. */
    public long slot(Instant now) {
        if (rolling != null) {
            return Math.floorDiv(now.toEpochMilli(), slotMillis(rolling));
        }
        LocalDate day = LocalDate.ofInstant(now, zone);
        return monthly ? day.getYear() * (long) MONTHS + day.getMonthValue() - 1 : day.toEpochDay();
    }

    /** The oldest slot that counts at this moment. */
    public long oldest(Instant now) {
        return rolling != null ? slot(now) - SLOTS : slot(now);
    }

    /** The moment from which a slot does not count any more. */
    public Instant leaves(long slot) {
        if (rolling != null) {
            return Instant.ofEpochMilli((slot + SLOTS + 1) * slotMillis(rolling));
        }
        LocalDate next = monthly
                ? YearMonth.of(Math.toIntExact(Math.floorDiv(slot, MONTHS)), Math.floorMod(slot, MONTHS) + 1)
                        .plusMonths(1)
                        .atDay(1)
                : LocalDate.ofEpochDay(slot).plusDays(1);
        return next.atStartOfDay(zone).toInstant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static long slotMillis(Duration duration) {
        return (duration.toMillis() + SLOTS - 1) / SLOTS;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BudgetWindow that
                && zone.equals(that.zone)
                && monthly == that.monthly
                && Objects.equals(rolling, that.rolling);
    }

    @Override
    public int hashCode() {
        return Objects.hash(zone, monthly, rolling);
    }

    /** Names the window as in {@code per day (UTC)} and {@code per PT24H}. */
    @Override
    public String toString() {
        return rolling != null
                ? "per " + rolling
                : (monthly ? "per month (" : "per day (") + (zone.equals(ZoneOffset.UTC) ? "UTC" : zone) + ")";
    }
}
