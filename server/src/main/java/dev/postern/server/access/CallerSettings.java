package dev.postern.server.access;

import dev.postern.spi.Settings;
import dev.postern.usage.Cost;
import java.util.List;
import java.util.regex.Pattern;

/** Reads what a key, or all tokens, may do. */
final class CallerSettings {
    /** The form of names and tenants: at most 128 characters, no spaces at the ends, no control characters. */
    static final Pattern NAME = Pattern.compile("[!-~]([ -~]{0,126}[!-~])?");

    private CallerSettings() {}

    /** The allowed names under a key; all if the key is absent. A key without names is refused, even without a value. */
    static NamePatterns patterns(Settings section, String key) {
        List<String> names = section.texts(key);
        if (section.keys().contains(key) && names.isEmpty()) {
            throw section.error(key, "must have at least one name; leave it out to allow all");
        }
        if (!names.stream().allMatch(NamePatterns::isPattern)) {
            throw section.error(key, "must be names, with up to four * each");
        }
        return NamePatterns.of(names);
    }

    /**
     * The section {@code limits}.
     *
     * @param priced whether there are prices, which limits of cost need
     */
    static CallerLimits limits(Settings owner, boolean priced) {
        EmptyKeys.refuse(owner, "limits");
        Settings limits = owner.section("limits");
        EmptyKeys.refuse(
                limits,
                "requests_per_minute",
                "concurrent",
                "tokens_per_minute",
                "tokens_per_day",
                "tokens_per_month",
                "cost_per_day",
                "cost_per_month");
        return new CallerLimits(
                limits.integer("requests_per_minute", 0, 1),
                limits.integer("concurrent", 0, 1),
                tokens(limits, "tokens_per_minute"),
                tokens(limits, "tokens_per_day"),
                tokens(limits, "tokens_per_month"),
                cost(limits, "cost_per_day", priced),
                cost(limits, "cost_per_month", priced));
    }

    private static long tokens(Settings limits, String key) {
        long tokens = limits.longInteger(key, 0, 1);
        if (tokens > CallerBudget.MOST_TOKENS) {
            throw limits.error(key, "must be at most " + CallerBudget.MOST_TOKENS);
        }
        return tokens;
    }

    private static long cost(Settings limits, String key, boolean priced) {
        String amount = limits.text(key, "");
        if (amount.isEmpty()) {
            return 0;
        }
        if (!priced) {
            throw limits.error(key, "needs prices; set server.prices to a file of prices, or limit the tokens instead");
        }
        long nanos;
        try {
            nanos = Cost.of(amount, "any").nanos();
        } catch (IllegalArgumentException e) {
            nanos = 0;
        }
        if (nanos == 0) {
            throw limits.error(key, "must be an amount above 0, such as 12.50");
        }
        return nanos;
    }
}
