package dev.postern.langchain4j;

import dev.langchain4j.model.output.TokenUsage;
import dev.postern.Usage;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that an answer used, with those of caches and of reasoning, as {@link Usage} describes them. A count that the
 * server did not report is null. Immutable.
 */
public final class PosternTokenUsage extends TokenUsage {
    private final @Nullable Integer cachedInputTokens;
    private final @Nullable Integer cacheWriteInputTokens;
    private final @Nullable Integer reasoningTokens;
    private final @Nullable Integer promptTokens;
    private final @Nullable Integer answerTokens;

    private PosternTokenUsage(
            @Nullable Integer input,
            @Nullable Integer output,
            @Nullable Integer total,
            @Nullable Integer cachedInputTokens,
            @Nullable Integer cacheWriteInputTokens,
            @Nullable Integer reasoningTokens,
            @Nullable Integer promptTokens,
            @Nullable Integer answerTokens) {
        super(input, output, total);
        this.cachedInputTokens = cachedInputTokens;
        this.cacheWriteInputTokens = cacheWriteInputTokens;
        this.reasoningTokens = reasoningTokens;
        this.promptTokens = promptTokens;
        this.answerTokens = answerTokens;
    }

    /** The counts of a Postern answer. A count above that of an {@code int} becomes its largest value. */
    public static PosternTokenUsage of(Usage usage) {
        return new PosternTokenUsage(
                count(usage.inputTokens()),
                count(usage.outputTokens()),
                count(usage.totalTokens()),
                count(usage.cachedTokens()),
                count(usage.cacheWriteTokens()),
                count(usage.reasoningTokens()),
                count(usage.promptTokens()),
                count(usage.answerTokens()));
    }

    private static int count(long tokens) {
        return (int) Math.min(tokens, Integer.MAX_VALUE);
    }

    private static @Nullable Integer count(OptionalLong tokens) {
        return tokens.isPresent() ? count(tokens.getAsLong()) : null;
    }

    /** Tokens of the prompt that were read from a cache. */
    public @Nullable Integer cachedInputTokens() {
        return cachedInputTokens;
    }

    /** Tokens of the prompt that were written to a cache. */
    public @Nullable Integer cacheWriteInputTokens() {
        return cacheWriteInputTokens;
    }

    /** Tokens that the model spent on reasoning. */
    public @Nullable Integer reasoningTokens() {
        return reasoningTokens;
    }

    /** All tokens of the prompt, those of caches included; the same for all backends. */
    public @Nullable Integer promptTokens() {
        return promptTokens;
    }

    /** All tokens of the answer, those of reasoning included; the same for all backends. */
    public @Nullable Integer answerTokens() {
        return answerTokens;
    }

    /** The sum of both. A count that only one of them has is taken from it; null adds nothing. */
    @Override
    public PosternTokenUsage add(@Nullable TokenUsage that) {
        if (that == null) {
            return this;
        }
        PosternTokenUsage own = that instanceof PosternTokenUsage same ? same : null;
        return new PosternTokenUsage(
                sum(inputTokenCount(), that.inputTokenCount()),
                sum(outputTokenCount(), that.outputTokenCount()),
                sum(totalTokenCount(), that.totalTokenCount()),
                sum(cachedInputTokens, own == null ? null : own.cachedInputTokens),
                sum(cacheWriteInputTokens, own == null ? null : own.cacheWriteInputTokens),
                sum(reasoningTokens, own == null ? null : own.reasoningTokens),
                total(promptTokens, own == null ? that.inputTokenCount() : own.promptTokens),
                total(answerTokens, own == null ? that.outputTokenCount() : own.answerTokens));
    }

    /** Null if one of them is unknown: a part is not a total. */
    private static @Nullable Integer total(@Nullable Integer one, @Nullable Integer other) {
        return one == null || other == null ? null : sum(one, other);
    }

    /** These counts in Postern's form. */
    Usage usage() {
        return new Usage(
                Objects.requireNonNullElse(inputTokenCount(), 0),
                Objects.requireNonNullElse(outputTokenCount(), 0),
                optional(cachedInputTokens),
                optional(cacheWriteInputTokens),
                optional(reasoningTokens),
                optional(promptTokens),
                optional(answerTokens));
    }

    private static OptionalLong optional(@Nullable Integer count) {
        return count == null ? OptionalLong.empty() : OptionalLong.of(count);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other)
                && other instanceof PosternTokenUsage that
                && Objects.equals(cachedInputTokens, that.cachedInputTokens)
                && Objects.equals(cacheWriteInputTokens, that.cacheWriteInputTokens)
                && Objects.equals(reasoningTokens, that.reasoningTokens)
                && Objects.equals(promptTokens, that.promptTokens)
                && Objects.equals(answerTokens, that.answerTokens);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                super.hashCode(),
                cachedInputTokens,
                cacheWriteInputTokens,
                reasoningTokens,
                promptTokens,
                answerTokens);
    }

    @Override
    public String toString() {
        return "PosternTokenUsage[input=" + inputTokenCount() + ", output=" + outputTokenCount() + ", total="
                + totalTokenCount() + ", cachedInput=" + cachedInputTokens + ", cacheWriteInput="
                + cacheWriteInputTokens + ", reasoning=" + reasoningTokens + ", prompt=" + promptTokens + ", answer="
                + answerTokens + "]";
    }
}
