package dev.postern.usage;

import dev.postern.Usage;
import java.util.Objects;
import java.util.Optional;

/**
 * A sum over attempts.
 *
 * @param attempts the number of attempts
 * @param usage their tokens
 * @param cost the cost of those whose price is known
 * @param unpriced the number of attempts whose price is unknown; their tokens are in {@code usage}
 */
public record UsageSum(long attempts, Usage usage, Cost cost, long unpriced) {
    /** Refuses null. */
    public UsageSum {
        Objects.requireNonNull(usage, "usage");
        Objects.requireNonNull(cost, "cost");
    }

    /** A sum of no attempts. */
    static UsageSum none(String currency) {
        return new UsageSum(0, Usage.of(0, 0), Cost.zero(currency), 0);
    }

    /** The cost of all attempts; empty if the price of one is unknown. */
    public Optional<Cost> knownCost() {
        return unpriced == 0 ? Optional.of(cost) : Optional.empty();
    }

    /** The sum of both, which have the same currency. */
    public UsageSum plus(UsageSum other) {
        return new UsageSum(
                attempts + other.attempts, usage.plus(other.usage), cost.plus(other.cost), unpriced + other.unpriced);
    }

    UsageSum plus(Usage more, Optional<Cost> price) {
        return new UsageSum(
                attempts + 1,
                usage.plus(more),
                price.map(cost::plus).orElse(cost),
                unpriced + (price.isPresent() ? 0 : 1));
    }
}
