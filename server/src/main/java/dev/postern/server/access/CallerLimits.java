package dev.postern.server.access;

/**
 * The limits of one caller; 0 stands for no limit.
 *
 * @param requestsPerMinute requests in the last minute
 * @param concurrent requests that are answered at the same time
 * @param tokensPerMinute tokens of input and output in the last minute
 * @param tokensPerDay tokens on a day in UTC
 * @param tokensPerMonth tokens in a month in UTC
 * @param costPerDay the cost on a day in UTC, in billionths of the currency of the prices
 * @param costPerMonth the cost in a month in UTC, in billionths
 */
public record CallerLimits(
        int requestsPerMinute,
        int concurrent,
        long tokensPerMinute,
        long tokensPerDay,
        long tokensPerMonth,
        long costPerDay,
        long costPerMonth) {
    /** No limits. */
    public static final CallerLimits NONE = new CallerLimits(0, 0, 0, 0, 0, 0, 0);
}
