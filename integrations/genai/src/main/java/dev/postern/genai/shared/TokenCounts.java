package dev.postern.genai.shared;

import dev.postern.Usage;
import java.util.OptionalLong;

/**
 * Tokens as the conventions count them: cached tokens are part of the input, and tokens of reasoning part of the output.
 *
 * @param input the tokens of the prompt
 * @param output the tokens of the answer
 * @param cacheRead the tokens of the prompt that were read from a cache
 * @param cacheWrite the tokens of the prompt that were written to a cache
 * @param reasoning the tokens of the answer that were spent on reasoning
 */
public record TokenCounts(
        long input, long output, OptionalLong cacheRead, OptionalLong cacheWrite, OptionalLong reasoning) {

    /**
     * The counts of a usage. Where it does not say what its counts include, the names decide, as {@link Usage#promptTokensAt} says.
     *
     * @param backend the name of the backend
     * @param model the model that answered
     */
    public static TokenCounts of(Usage usage, String backend, String model) {
        return new TokenCounts(
                usage.promptTokensAt(backend, model),
                usage.answerTokensAt(backend, model),
                usage.cachedTokens(),
                usage.cacheWriteTokens(),
                usage.reasoningTokens());
    }
}
