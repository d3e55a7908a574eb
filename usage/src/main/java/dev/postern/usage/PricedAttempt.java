package dev.postern.usage;

import dev.postern.Usage;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.Certainty;
import dev.postern.call.CallListener.Spent;
import java.util.Optional;

/**
 * An attempt that used tokens, and what they cost.
 *
 * @param end its end
 * @param spent its tokens
 * @param cost their cost; empty if the price is unknown
 */
record PricedAttempt(AttemptEnd end, Spent spent, Optional<Cost> cost) {
    Usage usage() {
        return spent.usage();
    }

    boolean isEstimated() {
        return spent.certainty() == Certainty.ESTIMATED;
    }
}
