package dev.postern.usage;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.CallListener.Progress;
import dev.postern.call.CallListener.Spent;
import dev.postern.call.EventFilter;
import dev.postern.call.Instrumentation.UsageEstimator;
import dev.postern.call.Interceptor.Target;
import dev.postern.json.Json;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One attempt with its reservation, which it settles at its end. It passes all events unchanged. */
final class ReservedAttempt implements EventFilter {
    private final BudgetStore store;
    private final BudgetStore.Lease lease;
    private final Pricing pricing;
    private final UsageEstimator estimator;
    private final CompletionRequest request;
    private final Target target;

    private boolean opened;
    private @Nullable Usage reported;
    private String model;
    private long events;
    private long text;
    private long reasoning;
    private long tools;
    /** Whether the arguments of the current tool call came in pieces. */
    private boolean inPieces;

    ReservedAttempt(
            BudgetStore store,
            BudgetStore.Lease lease,
            Pricing pricing,
            UsageEstimator estimator,
            CompletionRequest request,
            Target target) {
        this.store = store;
        this.lease = lease;
        this.pricing = pricing;
        this.estimator = estimator;
        this.request = request;
        this.target = target;
        this.model = target.model();
    }

    @Override
    public void onOpen() {
        opened = true;
    }

    @Override
    public void onEvent(StreamEvent event, Output out) {
        count(event);
        out.emit(event);
    }

    private void count(StreamEvent event) {
        events++;
        if (event instanceof StreamEvent.ContentDelta delta) {
            text += delta.delta().length();
        } else if (event instanceof StreamEvent.ReasoningDelta delta) {
            reasoning += delta.delta().length();
        } else if (event instanceof StreamEvent.ToolCallDelta delta) {
            tools += delta.delta().length();
            inPieces = true;
        } else if (event instanceof StreamEvent.ToolCallStart) {
            inPieces = false;
        } else if (event instanceof StreamEvent.ToolCallComplete whole && !inPieces) {
            tools += Json.text(whole.call().input()).length();
        } else if (event instanceof StreamEvent.MessageStop stop
                && !stop.model().isEmpty()) {
            model = stop.model();
        } else if (event instanceof StreamEvent.UsageReported usage) {
            reported = usage.usage();
        }
    }

    @Override
    public void onClose(Outcome outcome, @Nullable LlmException failure) {
        long nanos = spent(outcome, failure);
        CompletionStage<Void> settled;
        try {
            settled = store.settle(lease, nanos);
        } catch (RuntimeException e) {
            lost(e);
            return;
        }
        var unused = settled.whenComplete((none, thrown) -> {
            if (thrown != null) {
                lost(thrown);
            }
        });
    }

    /** What the attempt cost; what was reserved if that cannot be computed, for example because the estimator throws. */
    private long spent(Outcome outcome, @Nullable LlmException failure) {
        try {
            return cost(outcome, failure);
        } catch (RuntimeException | Error e) {
            System.getLogger("dev.postern.usage")
                    .log(
                            Level.WARNING,
                            "the cost of an attempt cannot be computed; the " + Cost.text(lease.nanos()) + " "
                                    + pricing.currency() + " that were reserved for it count",
                            e);
            return lease.nanos();
        }
    }

    private void lost(Throwable thrown) {
        System.getLogger("dev.postern.usage")
                .log(
                        Level.WARNING,
                        "a reservation of " + Cost.text(lease.nanos()) + " " + pricing.currency()
                                + " could not be settled and expires at " + lease.expires(),
                        thrown);
    }

    private long cost(Outcome outcome, @Nullable LlmException failure) {
        if (!opened) {
            return 0;
        }
        Progress delivered = new Progress(events, text, reasoning, tools);
        return Spent.of(request, outcome, failure, reported, delivered, estimator)
                .map(spent -> price(spent.usage(), failure))
                .orElse(0L);
    }

    private long price(Usage usage, @Nullable LlmException failure) {
        if (failure != null) { // an answer that is not a stream is in the failure, as far as it came
            failure.answer()
                    .map(CompletionResponse::model)
                    .filter(name -> !name.isEmpty())
                    .ifPresent(name -> model = name);
        }
        return pricing.cost(target.backend(), target.model(), model, usage)
                .map(Cost::nanos)
                .orElse(lease.nanos());
    }
}
