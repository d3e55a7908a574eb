package dev.postern.genai;

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
     * The counts of a usage. Amazon Bedrock and Anthropic report cached tokens apart from the input, xAI the tokens of reasoning apart
     * from the output; there they are added.
     *
     * @param provider the value of {@code gen_ai.provider.name}
     */
    public static TokenCounts of(Usage usage, String provider) {
        boolean cachedApart = provider.equals("aws.bedrock") || provider.equals("anthropic");
        long cached = usage.cachedTokens().orElse(0) + usage.cacheWriteTokens().orElse(0);
        long thought = provider.equals("x_ai") ? usage.reasoningTokens().orElse(0) : 0;
        return new TokenCounts(
                usage.inputTokens() + (cachedApart ? cached : 0),
                usage.outputTokens() + thought,
                usage.cachedTokens(),
                usage.cacheWriteTokens(),
                usage.reasoningTokens());
    }
}
