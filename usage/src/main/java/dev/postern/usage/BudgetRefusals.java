package dev.postern.usage;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.call.Interceptor.Decision;
import dev.postern.call.Interceptor.Target;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The refusals of one budget. None of them is retried, and no backend is blamed for them. */
final class BudgetRefusals {
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final String budget;
    private final BudgetWindow window;
    /** Whether a gateway may ask another backend, if the budget is too small. */
    private final boolean fallback;

    private final InstantSource clock;

    BudgetRefusals(String name, BudgetWindow window, boolean fallback, InstantSource clock) {
        this.budget = name.isEmpty() ? "budget" : "budget '" + name + "'";
        this.window = window;
        this.fallback = fallback;
        this.clock = clock;
    }

    Decision tooFast(String key, BudgetStore.Refusal refusal, Cost limit) {
        Duration wait = Duration.between(clock.instant(), refusal.renews());
        if (wait.compareTo(SHORTEST) < 0) {
            wait = SHORTEST;
        }
        return Decision.refuse(LlmException.builder(
                        Kind.RATE_LIMITED,
                        "The " + budget + " of " + named(key) + ", " + limit + " " + window
                                + ", is used up; call again in "
                                + wait.plusNanos(999_999_999).toSeconds() + " s.")
                .retryAfter(wait)
                .fallbackAllowed(fallback)
                .build());
    }

    Decision spent(String key, BudgetStore.Refusal refusal, Cost most, Cost limit) {
        return refuse(
                Kind.QUOTA,
                "Of the " + budget + " of " + named(key) + ", " + limit + " " + window + ", "
                        + new Cost(Math.max(0, refusal.left()), limit.currency()) + " are left, and this call may cost "
                        + most + "; it begins anew at " + refusal.renews() + ".");
    }

    Decision tooLarge(String key, Cost most, Cost limit) {
        return refuse(
                Kind.QUOTA,
                "This call may cost " + most + ", more than the whole " + budget + " of " + named(key) + ", " + limit
                        + " " + window + "; lower maxTokens, shorten the request, or raise the budget.");
    }

    Decision otherCurrency(String key, Cost limit, String currency) {
        return refuse(
                Kind.CONFIGURATION,
                "The " + budget + " of " + named(key) + " is in " + limit.currency() + " and the prices are in "
                        + currency + "; use one currency.");
    }

    Decision unpriced(Target target) {
        return refuse(
                Kind.CONFIGURATION,
                "The price of the model '" + target.model() + "' at '" + target.backend()
                        + "' is unknown, so no budget can hold; add it to the pricing, or build the budget with"
                        + " unknownPrice(ALLOW).");
    }

    Decision aroundCalls() {
        return refuse(
                Kind.CONFIGURATION,
                "A Budget stands around attempts; register it with attemptInterceptor() instead of interceptor().");
    }

    /**
     * The store did not answer. What it failed with is only the cause: a failure of its connection, for example, must not be taken for
     * one of the backend's.
     */
    Decision unavailable(String key, @Nullable Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof VirtualMachineError error) {
            throw error;
        }
        if (cause instanceof LlmException known && known.kind() == Kind.OVERLOADED) {
            return Decision.refuse(known); // such as that of a store that is full
        }
        String what = cause == null
                ? "gave no answer"
                : "failed with " + cause.getClass().getName()
                        + (cause instanceof LlmException known ? " of kind " + known.kind() : "");
        return Decision.refuse(LlmException.builder(
                        Kind.OVERLOADED,
                        "The store of the " + budget + " of " + named(key) + " " + what
                                + ", so the request was not sent; call again when the store works.")
                .cause(cause)
                .build());
    }

    private Decision refuse(Kind kind, String sentence) {
        return Decision.refuse(LlmException.builder(kind, sentence)
                .fallbackAllowed(fallback && kind == Kind.QUOTA)
                .build());
    }

    private static String named(String key) {
        return key.isEmpty() ? "all calls without a key" : "'" + key + "'";
    }
}
