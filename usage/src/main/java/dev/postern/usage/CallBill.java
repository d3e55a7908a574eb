package dev.postern.usage;

import dev.postern.CallContext;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.AttemptStart;
import dev.postern.call.CallListener.AttemptWatch;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.CallWatch;
import dev.postern.call.CallListener.Spent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects the attempts of one call, and counts them at its end: only then it is known which one the caller saw. */
final class CallBill implements CallWatch {
    private final UsageListener listener;
    private final Pricing pricing;
    private final String callId;
    private final CallContext context;
    private final List<PricedAttempt> paid = new ArrayList<>(2);
    private int last; // the highest number of an attempt that has ended

    CallBill(UsageListener listener, Pricing pricing, String callId, CallContext context) {
        this.listener = listener;
        this.pricing = pricing;
        this.callId = callId;
        this.context = context;
    }

    @Override
    public AttemptWatch attempt(AttemptStart attempt) {
        String asked = attempt.model();
        return new AttemptWatch() {
            @Override
            public void end(AttemptEnd end) {
                ended(asked, end);
            }
        };
    }

    private void ended(String asked, AttemptEnd end) {
        last = Math.max(last, end.number());
        if (end.spent().isPresent()) {
            Spent spent = end.spent().get();
            paid.add(new PricedAttempt(end, spent, pricing.cost(end.backend(), asked, end.model(), spent.usage())));
        }
    }

    @Override
    public void end(CallEnd end) {
        UsageSum spent = UsageSum.none(pricing.currency());
        UsageSum wasted = spent;
        for (PricedAttempt attempt : paid) {
            boolean seen = end.answeredBy().isEmpty() && attempt.end().number() == last;
            listener.add(context, attempt, seen);
            if (seen) {
                spent = spent.plus(attempt.usage(), attempt.cost());
            } else {
                wasted = wasted.plus(attempt.usage(), attempt.cost());
            }
        }
        Optional<Cost> seen = spent.knownCost();
        listener.ended(new CallCost(callId, context, end, seen, wasted.knownCost()));
    }
}
