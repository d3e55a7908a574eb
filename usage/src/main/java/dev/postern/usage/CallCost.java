package dev.postern.usage;

import dev.postern.CallContext;
import dev.postern.call.CallListener.CallEnd;
import java.util.Objects;
import java.util.Optional;

/**
 * What one call cost.
 *
 * @param callId the id of the call
 * @param context its context
 * @param end its end, with tokens, backend, model and times
 * @param spent the cost of the attempt whose answer the caller saw; empty if its price is unknown, 0 if it used no tokens
 * @param wasted the cost of all other attempts; empty if the price of one is unknown, 0 if they used no tokens
 */
public record CallCost(String callId, CallContext context, CallEnd end, Optional<Cost> spent, Optional<Cost> wasted) {
    /** Refuses null. */
    public CallCost {
        Objects.requireNonNull(callId, "callId");
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(end, "end");
        Objects.requireNonNull(spent, "spent");
        Objects.requireNonNull(wasted, "wasted");
    }

    /** The cost of all attempts; empty if the price of one is unknown. */
    public Optional<Cost> total() {
        return spent.flatMap(one -> wasted.map(one::plus));
    }
}
