package dev.postern.usage;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.call.CallListener.Progress;
import dev.postern.call.Instrumentation.UsageEstimator;
import dev.postern.call.Interceptor;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what would cost more than is left. It reserves an amount before each attempt and replaces it afterwards by what the attempt
 * cost, on every way out. Register it around attempts, as the last interceptor, so that retries and fallbacks are checked again:
 *
 * <pre>{@code
 * Budget budget = Budget.builder(pricing)
 *         .limit(Cost.of("50", "USD"))
 *         .window(BudgetWindow.perDay(ZoneOffset.UTC))
 *         .build();
 * Gateway gateway = Gateway.builder()
 *         .instrumentation(Instrumentation.builder().attemptInterceptor(budget).build()) …
 * }</pre>
 *
 * <p><b>Reserved</b> is the price of the estimated input and of the largest answer: the request's {@code maxTokens}, at most {@link
 * Builder#answerTokens}, so that few requests with a large limit do not block all others. Input has the dearest of the prices of input
 * and cache, and the answer that of output and reasoning. <b>Settled</b> is what the attempt used by the rule of {@link
 * dev.postern.call.CallListener.Spent#of}: what the server reported, else an estimate, which a refusal of the server does not cost.
 *
 * <p>So what is spent exceeds the limit at most by what open attempts cost beyond their reservations. They do if the input is longer than
 * its estimate, if an answer with its reasoning is longer than what is reserved, if the server answers with a model that is dearer than the
 * one that was asked, or if an attempt takes longer than {@link Builder#lifetime}, after which nothing is reserved for it.
 *
 * <p>A refusal is an {@link LlmException} of kind {@link Kind#QUOTA} ({@link Kind#RATE_LIMITED} with {@link Builder#rate}), of kind {@link Kind#CONFIGURATION} if the price is unknown, or of
 * kind {@link Kind#OVERLOADED} if the store fails. It is not retried, and no backend is blamed for it. Thread-safe; never blocks, if its
 * functions do not.
 */
public final class Budget implements Interceptor {
    private final String name;
    private final Pricing pricing;
    private final Function<? super String, Cost> limits;
    private final BudgetWindow window;
    private final Function<? super CallContext, String> keys;
    private final int answerTokens;
    private final UnknownPrice unknownPrice;
    private final BudgetStore store;
    private final Duration lifetime;
    /** Null for that of the call. */
    private final @Nullable UsageEstimator estimator;

    private final boolean rate;
    private final BudgetRefusals refusals;

    /** What happens to a call of a model whose price is unknown. */
    public enum UnknownPrice {
        /** It is refused. */
        REFUSE,
        /** It is made, and does not count. */
        ALLOW
    }

    private Budget(Builder builder, Function<? super String, Cost> limits) {
        this.limits = limits;
        name = builder.name;
        pricing = builder.pricing;
        window = builder.window;
        keys = builder.keys;
        answerTokens = builder.answerTokens;
        unknownPrice = builder.unknownPrice;
        store = builder.store == null ? new InProcessBudgetStore(builder.clock) : builder.store;
        lifetime = builder.lifetime;
        estimator = builder.estimator;
        rate = builder.rate;
        refusals = new BudgetRefusals(name, window, builder.fallback, builder.clock);
    }

    /** A builder of a budget with these prices. */
    public static Builder builder(Pricing pricing) {
        return new Builder(pricing);
    }

    /** The account of a key in the store: its name, window and currency are those of this budget. */
    public BudgetStore.Account account(String key) {
        return new BudgetStore.Account(name, key, window, pricing.currency());
    }

    @Override
    public Decision begin(Invocation call) {
        try {
            return reserve(call);
        } catch (LlmException e) { // of a function of the application; no backend is to blame
            return Decision.refuse(e);
        }
    }

    private Decision reserve(Invocation call) {
        Target target = call.target().orElse(null);
        if (target == null) {
            return refusals.aroundCalls();
        }
        String key = Objects.requireNonNull(keys.apply(call.context()), "key");
        UsageEstimator tokens = estimator == null ? call.estimator() : estimator;
        Optional<Cost> most = most(target, call.request(), tokens);
        if (most.isEmpty()) {
            return unknownPrice == UnknownPrice.ALLOW ? Decision.proceed() : refusals.unpriced(target);
        }
        long nanos = most.get().nanos();
        Cost limit = Objects.requireNonNull(limits.apply(key), "limit");
        if (!limit.currency().equals(pricing.currency())) {
            return refusals.otherCurrency(key, limit, pricing.currency());
        }
        if (nanos == 0) {
            return Decision.proceed(); // it is free
        }
        if (nanos > limit.nanos() && !(rate && limit.nanos() > 0)) {
            return refusals.tooLarge(key, most.get(), limit);
        }
        long reserved = Math.min(nanos, limit.nanos());
        return Decision.later(ask(new BudgetStore.Reservation(account(key), limit.nanos(), reserved, lifetime))
                .handle((answer, thrown) -> answer == null
                        ? refusals.unavailable(key, thrown)
                        : decide(answer, call.request(), target, tokens, key, most.get(), limit)));
    }

    private CompletionStage<BudgetStore.Answer> ask(BudgetStore.Reservation wanted) {
        try {
            return Objects.requireNonNull(store.reserve(wanted), "the stage is null");
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private Optional<Cost> most(Target target, CompletionRequest request, UsageEstimator tokens) {
        long prompt = tokens.estimate(request, Progress.NONE).inputTokens();
        int answer = Math.min(request.maxTokens().orElse(answerTokens), answerTokens);
        return pricing.most(target.backend(), target.model(), prompt, answer);
    }

    private Decision decide(
            BudgetStore.Answer answer,
            CompletionRequest request,
            Target target,
            UsageEstimator tokens,
            String key,
            Cost most,
            Cost limit) {
        if (answer instanceof BudgetStore.Lease lease) {
            return Decision.proceed(new ReservedAttempt(store, lease, pricing, tokens, request, target));
        }
        BudgetStore.Refusal refusal = (BudgetStore.Refusal) answer;
        return rate ? refusals.tooFast(key, refusal, limit) : refusals.spent(key, refusal, most, limit);
    }

    /** Whether nothing of it blocks: true. */
    @Override
    public boolean isNonBlocking() {
        return true;
    }

    /** The name, the window and the currency. */
    @Override
    public String toString() {
        return "Budget[" + (name.isEmpty() ? "" : name + ", ") + window + ", " + pricing.currency() + "]";
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private final Pricing pricing;
        private String name = "";
        private @Nullable Function<? super String, Cost> limits;
        private BudgetWindow window = BudgetWindow.perMonth(ZoneOffset.UTC);
        private Function<? super CallContext, String> keys = CallContext::tenant;
        private int answerTokens = 4_096;
        private UnknownPrice unknownPrice = UnknownPrice.REFUSE;
        private @Nullable BudgetStore store;
        private InstantSource clock = InstantSource.system();
        private Duration lifetime = Duration.ofMinutes(15);
        private @Nullable UsageEstimator estimator;
        private boolean fallback;
        private boolean rate;

        private Builder(Pricing pricing) {
            this.pricing = Objects.requireNonNull(pricing, "pricing");
        }

        /** The limit of each key, in the currency of the prices. This or {@link #limits} is required. */
        public Builder limit(Cost each) {
            Objects.requireNonNull(each, "limit");
            return limits(key -> each);
        }

        /** The limit of a key. The function is called for each attempt; it must not block. */
        public Builder limits(Function<? super String, Cost> function) {
            limits = Objects.requireNonNull(function, "limits");
            return this;
        }

        /** The time for which a limit holds. Default: a calendar month in UTC. */
        public Builder window(BudgetWindow time) {
            window = Objects.requireNonNull(time, "window");
            return this;
        }

        /**
         * Who pays. Default: the tenant of the context. All calls without a tenant have the empty key, and so one budget together. It must
         * not block.
         */
        public Builder key(Function<? super CallContext, String> function) {
            keys = Objects.requireNonNull(function, "key");
            return this;
        }

        /** The most tokens of an answer that are reserved, also if the request names no limit; at least 1. Default 4,096. */
        public Builder answerTokens(int cap) {
            if (cap < 1) {
                throw new IllegalArgumentException("an answer has at least 1 token, not " + cap);
            }
            answerTokens = cap;
            return this;
        }

        /** What happens if a price is unknown. Default: the call is refused. */
        public Builder unknownPrice(UnknownPrice choice) {
            unknownPrice = Objects.requireNonNull(choice, "unknownPrice");
            return this;
        }

        /**
         * The name of this budget in its store and in failures. Budgets with one store need different names, or they share the accounts of
         * equal keys. Required with {@link #store}; default none.
         */
        public Builder name(String budget) {
            name = Objects.requireNonNull(budget, "name");
            return this;
        }

        /** Where amounts are kept; needs a {@link #name}. Default: an {@link InProcessBudgetStore} of this budget. */
        public Builder store(BudgetStore accounts) {
            store = Objects.requireNonNull(accounts, "store");
            return this;
        }

        /** The clock of the default store, and of waiting times. Default: that of the system. */
        public Builder clock(InstantSource source) {
            clock = Objects.requireNonNull(source, "clock");
            return this;
        }

        /**
         * The time after which a reservation that was never settled is given back, for example because the process ended. An attempt that
         * takes longer still counts at its end. Default 15 minutes.
         */
        public Builder lifetime(Duration time) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException("a lifetime is above 0, not " + time);
            }
            lifetime = time;
            return this;
        }

        /**
         * Estimates input, and what was generated if the server reports nothing. Default: the {@linkplain
         * dev.postern.call.Instrumentation.Builder#estimator estimator} of the instrumentation, so that a budget and a bill agree.
         */
        public Builder estimator(UsageEstimator tokens) {
            estimator = Objects.requireNonNull(tokens, "estimator");
            return this;
        }

        /**
         * Whether a gateway may ask a fallback for {@link Kind#QUOTA}, which may be cheaper, if too little of the budget is left for the
         * backend that was chosen. Default false. See {@link LlmException#fallbackAllowed}.
         */
        public Builder fallback(boolean allowed) {
            fallback = allowed;
            return this;
        }

        /**
         * Whether this is a limit of speed, such as tokens per minute, rather than of cost; use it with a short {@link
         * BudgetWindow#rolling} window. A refusal then is of kind {@link Kind#RATE_LIMITED} with the time after which
         * some of the limit is free again, and a call that may need more than the whole limit reserves the whole limit
         * instead of being refused for ever. Default false.
         */
        public Builder rate(boolean speed) {
            rate = speed;
            return this;
        }

        /**
         * The budget.
         *
         * @throws LlmException of kind {@link Kind#CONFIGURATION} if there is no limit, or a store without a name
         */
        public Budget build() {
            Function<? super String, Cost> known = limits;
            if (known == null) {
                throw new LlmException(Kind.CONFIGURATION, "A budget needs a limit; call limit() or limits().");
            }
            if (store != null && name.isEmpty()) {
                throw new LlmException(
                        Kind.CONFIGURATION,
                        "A budget with a store needs a name, as other budgets may use the store; call name().");
            }
            return new Budget(this, known);
        }
    }
}
