package dev.postern.usage;

import java.util.Objects;

/**
 * The sums of one {@link UsageKey}. What was paid is {@code spent} and {@code wasted} together.
 *
 * @param spent the attempts whose answers callers saw, whole or in part: the last one of each call
 * @param wasted the attempts before them, which failed or were cancelled
 * @param estimated that part of both whose tokens are an estimate, because the server reported none
 */
public record UsageTotals(UsageSum spent, UsageSum wasted, UsageSum estimated) {
    /** Refuses null. */
    public UsageTotals {
        Objects.requireNonNull(spent, "spent");
        Objects.requireNonNull(wasted, "wasted");
        Objects.requireNonNull(estimated, "estimated");
    }

    static UsageTotals none(String currency) {
        UsageSum none = UsageSum.none(currency);
        return new UsageTotals(none, none, none);
    }

    /** What was paid: spent and wasted. */
    public UsageSum paid() {
        return spent.plus(wasted);
    }

    UsageTotals plus(PricedAttempt attempt, boolean seen) {
        UsageSum more = UsageSum.none(spent.cost().currency()).plus(attempt.usage(), attempt.cost());
        return new UsageTotals(
                seen ? spent.plus(more) : spent,
                seen ? wasted : wasted.plus(more),
                attempt.isEstimated() ? estimated.plus(more) : estimated);
    }
}
