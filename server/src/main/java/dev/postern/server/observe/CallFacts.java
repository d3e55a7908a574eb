package dev.postern.server.observe;

import dev.postern.call.CallListener;
import dev.postern.usage.CallCost;
import dev.postern.usage.Pricing;
import dev.postern.usage.UsageListener;
import dev.postern.usage.UsageSum;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells each {@link ObservedRequest} what its calls of models do and what they cost. Calls that belong to no request are priced, too.
 *
 * <p>Without prices, or without a price for the model, the cost is unknown. Thread-safe.
 */
public final class CallFacts implements CallListener {
    private final Consumer<? super CallCost> priced;
    private volatile @Nullable UsageListener bills;

    /** A listener that tells the cost of each call to {@code priced}, if there are prices. */
    public CallFacts(Consumer<? super CallCost> priced) {
        this.priced = priced;
    }

    /** Sets the prices of the calls that begin from now on; empty for none. */
    public void prices(Optional<Pricing> prices) {
        bills = prices.map(table -> UsageListener.builder(table)
                        .by(UsageListener.By.BACKEND)
                        .onCall(this::costs)
                        .build())
                .orElse(null);
    }

    /** What each backend cost since the prices were last set, by its name; empty without prices. */
    public Map<String, UsageSum> costs() {
        UsageListener bill = bills;
        Map<String, UsageSum> sums = new HashMap<>();
        if (bill != null) {
            bill.totals().forEach((key, totals) -> sums.put(key.backend(), totals.paid()));
        }
        return sums;
    }

    private void costs(CallCost cost) {
        cost.context().get(ObservedRequest.KEY).ifPresent(request -> request.costs(cost.total()));
        priced.accept(cost);
    }

    @Override
    public CallWatch begin(CallStart call) {
        UsageListener bill = bills;
        CallWatch billed = bill == null ? CallWatch.NONE : bill.begin(call);
        return call.context()
                .get(ObservedRequest.KEY)
                .<CallWatch>map(request -> new Watch(request, request.hold(), billed, call.streaming()))
                .orElse(billed);
    }

    /** Adds one call to its request. */
    private record Watch(ObservedRequest request, Runnable release, CallWatch billed, boolean streaming)
            implements CallWatch {
        @Override
        public AttemptWatch attempt(AttemptStart attempt) {
            request.asks(attempt.backend(), attempt.model());
            return billed.attempt(attempt);
        }

        @Override
        public void firstToken(Duration sinceStart) {
            if (streaming) { // a whole answer comes at once, so its first token says nothing
                request.firstToken();
            }
        }

        @Override
        public void end(CallEnd end) {
            try {
                billed.end(end);
                request.called(end);
            } finally {
                release.run(); // after the cost is known
            }
        }
    }
}
