package dev.postern.usage;

import dev.postern.CallContext;
import dev.postern.call.CallListener;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sums the tokens and costs of calls, and reports the cost of each call.
 *
 * <pre>{@code
 * UsageListener usage = UsageListener.builder(pricing).by(By.TENANT, By.MODEL).build();
 * LlmProvider llm = Instrumentation.builder().listener(usage).build().around(provider);
 * …
 * usage.totals().forEach((key, totals) -> System.out.println(key.tenant() + ": " + totals.paid().cost()));
 * }</pre>
 *
 * <p>Register it at one place: at a gateway, or at each provider that is used without one. A call is counted when it ends, with all its
 * attempts. The number of keys is limited; what comes beyond is counted under {@link UsageKey#OTHERS}. Thread-safe.
 */
public final class UsageListener implements CallListener {
    private final Pricing pricing;
    private final Set<By> by;
    private final int maxKeys;
    private final Consumer<? super CallCost> perCall;
    private final Map<UsageKey, UsageTotals> totals = new LinkedHashMap<>(); // guarded by itself

    /** What sums are distinguished by. */
    public enum By {
        /** The tenant of the context. */
        TENANT,
        /** The user of the context. */
        USER,
        /** The backend of the attempt. */
        BACKEND,
        /** The model that answered, else the one that was asked. */
        MODEL
    }

    private UsageListener(Builder builder) {
        pricing = builder.pricing;
        by = EnumSet.copyOf(builder.by);
        maxKeys = builder.maxKeys;
        perCall = builder.perCall;
    }

    /** A builder of a listener with these prices. */
    public static Builder builder(Pricing pricing) {
        return new Builder(pricing);
    }

    @Override
    public CallWatch begin(CallStart call) {
        return new CallBill(this, pricing, call.callId(), call.context());
    }

    /** The sums so far, in the order in which their keys appeared. A copy. */
    public Map<UsageKey, UsageTotals> totals() {
        synchronized (totals) {
            return new LinkedHashMap<>(totals);
        }
    }

    /** The sums so far, which begin anew at 0: for an export at intervals. */
    public Map<UsageKey, UsageTotals> takeTotals() {
        synchronized (totals) {
            Map<UsageKey, UsageTotals> taken = new LinkedHashMap<>(totals);
            totals.clear();
            return taken;
        }
    }

    /** The sum over all keys. */
    public UsageTotals total() {
        UsageTotals sum = UsageTotals.none(pricing.currency());
        for (UsageTotals each : totals().values()) {
            sum = new UsageTotals(
                    sum.spent().plus(each.spent()),
                    sum.wasted().plus(each.wasted()),
                    sum.estimated().plus(each.estimated()));
        }
        return sum;
    }

    void add(CallContext context, PricedAttempt attempt, boolean seen) {
        UsageKey key = new UsageKey(
                by.contains(By.TENANT) ? context.tenant() : "",
                by.contains(By.USER) ? context.user() : "",
                by.contains(By.BACKEND) ? attempt.end().backend() : "",
                by.contains(By.MODEL) ? attempt.end().model() : "");
        synchronized (totals) {
            UsageKey counted = totals.containsKey(key) || totals.size() < maxKeys ? key : UsageKey.OTHERS;
            UsageTotals before = totals.getOrDefault(counted, UsageTotals.none(pricing.currency()));
            totals.put(counted, before.plus(attempt, seen));
        }
    }

    void ended(CallCost cost) {
        perCall.accept(cost);
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private final Pricing pricing;
        private Set<By> by = EnumSet.of(By.BACKEND, By.MODEL);
        private int maxKeys = 1_000;
        private Consumer<? super CallCost> perCall = cost -> {};

        private Builder(Pricing pricing) {
            this.pricing = Objects.requireNonNull(pricing, "pricing");
        }

        /** What sums are distinguished by; nothing for one sum. Default: backend and model. */
        public Builder by(By... parts) {
            by = EnumSet.noneOf(By.class);
            by.addAll(Set.of(parts));
            return this;
        }

        /** The most keys, besides {@link UsageKey#OTHERS}; at least 1. Default 1,000. */
        public Builder maxKeys(int keys) {
            if (keys < 1) {
                throw new IllegalArgumentException("there is at least 1 key, not " + keys);
            }
            maxKeys = keys;
            return this;
        }

        /**
         * Is told the cost of each call at its end. It may block; what it throws is logged, as of any
         * listener.
         */
        public Builder onCall(Consumer<? super CallCost> consumer) {
            perCall = Objects.requireNonNull(consumer, "consumer");
            return this;
        }

        /** The listener. */
        public UsageListener build() {
            return new UsageListener(this);
        }
    }
}
