package dev.postern.server.access;

import dev.postern.call.Interceptor;
import dev.postern.usage.Budget;
import dev.postern.usage.BudgetStore;
import dev.postern.usage.BudgetWindow;
import dev.postern.usage.Cost;
import dev.postern.usage.Price;
import dev.postern.usage.Pricing;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One limit of tokens or cost of all callers, as an interceptor of attempts: it reserves an estimate before and counts what was
 * used after. A refusal is neither retried nor blamed on a backend. Thread-safe; does not block.
 */
final class CallerBudget implements Interceptor {
    /** The largest limit of tokens. */
    static final long MOST_TOKENS = 1_000_000_000_000_000L;

    private static final String MILLIONS = "million tokens";
    /** Each token counts once, whatever it is. */
    private static final Pricing TOKENS = Pricing.builder(MILLIONS)
            .price("*", "*", Price.perMillion("1", "1"))
            .build();

    private static final long NANOS_PER_TOKEN = 1_000;
    private static final BudgetWindow MINUTE = BudgetWindow.rolling(Duration.ofMinutes(1));
    private static final BudgetWindow DAY = BudgetWindow.perDay(ZoneOffset.UTC);
    private static final BudgetWindow MONTH = BudgetWindow.perMonth(ZoneOffset.UTC);
    /** Reserved for an answer by limits per minute. More would let few calls with large limits block all others. */
    private static final int ANSWER_PER_MINUTE = 1_024;

    private static final int ANSWER = 4_096;

    private final String name;
    private final BudgetWindow window;
    private final ToLongFunction<CallerLimits> limit;
    private final Supplier<@Nullable Pricing> pricing;
    private final BudgetStore store;
    private final InstantSource clock;
    private final Refusals refusals;

    private CallerBudget(
            String name,
            BudgetWindow window,
            ToLongFunction<CallerLimits> limit,
            Supplier<@Nullable Pricing> pricing,
            BudgetStore store,
            InstantSource clock,
            Refusals refusals) {
        this.name = name;
        this.window = window;
        this.limit = limit;
        this.pricing = pricing;
        this.store = store;
        this.clock = clock;
        this.refusals = refusals;
    }

    /**
     * All limits of tokens and cost.
     *
     * @param pricing supplies the current prices; null for none
     * @param store where amounts are kept
     * @param told is told about refusals
     */
    static List<Interceptor> all(
            Supplier<@Nullable Pricing> pricing, BudgetStore store, InstantSource clock, Refusals told) {
        Supplier<@Nullable Pricing> tokens = () -> TOKENS;
        return List.of(
                new CallerBudget(
                        "tokens per minute", MINUTE, of -> nanos(of.tokensPerMinute()), tokens, store, clock, told),
                new CallerBudget("tokens per day", DAY, of -> nanos(of.tokensPerDay()), tokens, store, clock, told),
                new CallerBudget(
                        "tokens per month", MONTH, of -> nanos(of.tokensPerMonth()), tokens, store, clock, told),
                new CallerBudget("cost per day", DAY, CallerLimits::costPerDay, pricing, store, clock, told),
                new CallerBudget("cost per month", MONTH, CallerLimits::costPerMonth, pricing, store, clock, told));
    }

    private static long nanos(long tokens) {
        return tokens * NANOS_PER_TOKEN;
    }

    @Override
    public Decision begin(Invocation call) {
        Caller caller = call.context().get(Caller.CONTEXT).orElse(Caller.ANYBODY);
        long nanos = limit.applyAsLong(caller.limits());
        Pricing prices = nanos == 0 ? null : pricing.get();
        if (prices == null) {
            return Decision.proceed(); // a limit of cost is not read without prices
        }
        boolean isRate = window.equals(MINUTE);
        Decision decision = Budget.builder(prices)
                .name(name)
                .limit(new Cost(nanos, prices.currency()))
                .window(window)
                .key(context -> caller.id())
                .answerTokens(isRate ? ANSWER_PER_MINUTE : ANSWER)
                .rate(isRate)
                .store(store)
                .clock(clock)
                .build()
                .begin(call);
        return counted(caller, decision);
    }

    private Decision counted(Caller caller, Decision decision) {
        if (decision instanceof Decision.Refuse) {
            refusals.refused(caller.tenant(), name.replace(' ', '_'));
        } else if (decision instanceof Decision.Later later) {
            return Decision.later(later.decision().thenApply(known -> counted(caller, known)));
        }
        return decision;
    }

    @Override
    public boolean isNonBlocking() {
        return true;
    }

    @Override
    public String name() {
        return name;
    }
}
