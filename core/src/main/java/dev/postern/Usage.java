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
 * <p>{@code promptTokens} and {@code answerTokens} are the same for all backends: they have all tokens. The provider
 * that reads an answer knows how its server counts, and sets them. They are empty for a usage whose backend is not
 * known, such as one that came from a gateway over HTTP: its format has the reported counts only. Two usages are equal
 * if all seven are.
 *
 * @param inputTokens tokens of the prompt
 * @param outputTokens tokens of the answer
 * @param cachedTokens tokens of the prompt that were read from a cache
 * @param cacheWriteTokens tokens of the prompt that were written to a cache
 * @param reasoningTokens tokens that the model spent on reasoning
 * @param promptTokens all tokens of the prompt, those of the cache included; {@code inputTokens} if there is no cache
 * @param answerTokens all tokens of the answer, those of reasoning included; {@code outputTokens} if there is none
 */
public record Usage(
        long inputTokens,
        long outputTokens,
        OptionalLong cachedTokens,
        OptionalLong cacheWriteTokens,
        OptionalLong reasoningTokens,
        OptionalLong promptTokens,
        OptionalLong answerTokens) {

    /** Refuses null. */
    public Usage {
        Objects.requireNonNull(cachedTokens, "cachedTokens");
        Objects.requireNonNull(cacheWriteTokens, "cacheWriteTokens");
        Objects.requireNonNull(reasoningTokens, "reasoningTokens");
        Objects.requireNonNull(promptTokens, "promptTokens");
        Objects.requireNonNull(answerTokens, "answerTokens");
        if (promptTokens.isEmpty() && sum(count(cachedTokens), count(cacheWriteTokens)) == 0) {
            promptTokens = OptionalLong.of(inputTokens);
        }
        if (answerTokens.isEmpty() && count(reasoningTokens) == 0) {
            answerTokens = OptionalLong.of(outputTokens);
        }
    }

    /** The counts of a backend of which it is not known what they include. */
    public Usage(
            long inputTokens,
            long outputTokens,
            OptionalLong cachedTokens,
            OptionalLong cacheWriteTokens,
            OptionalLong reasoningTokens) {
        this(
                inputTokens,
                outputTokens,
                cachedTokens,
                cacheWriteTokens,
                reasoningTokens,
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    /** The two counts that every backend reports. */
    public static Usage of(long inputTokens, long outputTokens) {
        return new Usage(inputTokens, outputTokens, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    /**
     * These counts of a backend that is known to count in this way.
     *
     * @param cacheInInput whether {@code inputTokens} includes the tokens of the cache
     * @param reasoningInOutput whether {@code outputTokens} includes the tokens of reasoning
     */
    public Usage counted(boolean cacheInInput, boolean reasoningInOutput) {
        return new Usage(
                inputTokens,
                outputTokens,
                cachedTokens,
                cacheWriteTokens,
                reasoningTokens,
                OptionalLong.of(all(inputTokens, sum(count(cachedTokens), count(cacheWriteTokens)), cacheInInput)),
                OptionalLong.of(all(outputTokens, count(reasoningTokens), reasoningInOutput)));
    }

    /** Input and output together, as they were reported. */
    public long totalTokens() {
        return inputTokens + outputTokens;
    }

    /**
     * All tokens of the prompt: {@code promptTokens}, or a guess if it is empty. The guess: {@code inputTokens} does
     * not include the tokens of the cache if there are more of them, if the backend's name contains {@code bedrock} or
     * {@code anthropic}, or if the model has a name of Amazon Bedrock, such as {@code us.anthropic.claude-sonnet-4}.
     *
     * @param backend the name of the backend; may be empty
     * @param model the name of the model; may be empty
     */
    public long promptTokensAt(String backend, String model) {
        long inCache = sum(count(cachedTokens), count(cacheWriteTokens));
        return promptTokens.isPresent()
                ? promptTokens.getAsLong()
                : all(inputTokens, inCache, inCache <= inputTokens && !CountsByName.cacheIsApart(backend, model));
    }

    /**
     * All tokens of the answer: {@code answerTokens}, or a guess if it is empty. The guess: {@code outputTokens} does
     * not include the tokens of reasoning if there are more of them, if the backend has the name of xAI, or if the
     * model's name begins with {@code grok}.
     *
     * @param backend the name of the backend; may be empty
     * @param model the name of the model; may be empty
     */
    public long answerTokensAt(String backend, String model) {
        long thought = count(reasoningTokens);
        return answerTokens.isPresent()
                ? answerTokens.getAsLong()
                : all(outputTokens, thought, thought <= outputTokens && !CountsByName.reasoningIsApart(backend, model));
    }

    /**
     * The sum of both, for totals over several answers. A count that only one of them has is taken from it, except that
     * {@code promptTokens} and {@code answerTokens} are known if both are.
     */
    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens,
                sum(cachedTokens, other.cachedTokens),
                sum(cacheWriteTokens, other.cacheWriteTokens),
                sum(reasoningTokens, other.reasoningTokens),
                sumOfKnown(promptTokens, other.promptTokens),
                sumOfKnown(answerTokens, other.answerTokens));
    }

    private static OptionalLong sum(OptionalLong one, OptionalLong other) {
        if (one.isEmpty()) {
            return other;
        }
        return other.isEmpty() ? one : OptionalLong.of(one.getAsLong() + other.getAsLong());
    }

    private static OptionalLong sumOfKnown(OptionalLong one, OptionalLong other) {
        return one.isEmpty() || other.isEmpty() ? OptionalLong.empty() : sum(one, other);
    }

    private static long all(long reported, long part, boolean included) {
        return included ? Math.max(reported, part) : sum(Math.max(0, reported), part);
    }

    private static long count(OptionalLong tokens) {
        return Math.max(0, tokens.orElse(0));
    }

    /** The sum of two counts that are not negative; the largest number if it is larger. */
    private static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
