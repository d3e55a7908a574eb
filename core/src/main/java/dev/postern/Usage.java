package dev.postern;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * The tokens that one answer used, as its backend reported them. A count that the backend did not report is absent, not
 * zero.
 *
 * <p>Backends count differently. For OpenAI-compatible servers the cached tokens are part of {@code inputTokens}, and
 * the reasoning tokens are part of {@code outputTokens}, except for xAI, which reports them apart; for Amazon Bedrock,
 * and for servers that use Anthropic's names, {@code inputTokens} does not include the cached ones. Where a server
 * leaves the reasoning tokens out of its output tokens although its total holds them (Gemini), they are added.
 *
 * @param inputTokens tokens of the prompt
 * @param outputTokens tokens of the answer
 * @param cachedTokens tokens of the prompt that were read from a cache
 * @param cacheWriteTokens tokens of the prompt that were written to a cache
 * @param reasoningTokens tokens that the model spent on reasoning
 */
public record Usage(
        long inputTokens,
        long outputTokens,
        OptionalLong cachedTokens,
        OptionalLong cacheWriteTokens,
        OptionalLong reasoningTokens) {

    /** Refuses null. */
    public Usage {
        Objects.requireNonNull(cachedTokens, "cachedTokens");
        Objects.requireNonNull(cacheWriteTokens, "cacheWriteTokens");
        Objects.requireNonNull(reasoningTokens, "reasoningTokens");
    }

    /** The two counts that every backend reports. */
    public static Usage of(long inputTokens, long outputTokens) {
        return new Usage(inputTokens, outputTokens, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    /** Input and output together. */
    public long totalTokens() {
        return inputTokens + outputTokens;
    }

    /** The sum of both, for totals over several answers. A count that only one of them has is taken from it. */
    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens,
                sum(cachedTokens, other.cachedTokens),
                sum(cacheWriteTokens, other.cacheWriteTokens),
                sum(reasoningTokens, other.reasoningTokens));
    }

    private static OptionalLong sum(OptionalLong one, OptionalLong other) {
        if (one.isEmpty()) {
            return other;
        }
        return other.isEmpty() ? one : OptionalLong.of(one.getAsLong() + other.getAsLong());
    }
}
