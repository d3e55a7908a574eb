package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageTest {

    @Test
    void addsEachCountToItsOwnKind() {
        Usage one = new Usage(1, 2, OptionalLong.of(3), OptionalLong.of(4), OptionalLong.of(5));
        Usage other = new Usage(10, 20, OptionalLong.of(30), OptionalLong.of(40), OptionalLong.of(50));

        assertThat(one.plus(other))
                .isEqualTo(new Usage(11, 22, OptionalLong.of(33), OptionalLong.of(44), OptionalLong.of(55)));
    }

    @Test
    void keepsACountThatOnlyOneHas() {
        Usage one = new Usage(1, 2, OptionalLong.of(3), OptionalLong.empty(), OptionalLong.empty());
        Usage other = new Usage(10, 20, OptionalLong.empty(), OptionalLong.of(0), OptionalLong.empty());

        assertThat(one.plus(other))
                .isEqualTo(new Usage(11, 22, OptionalLong.of(3), OptionalLong.of(0), OptionalLong.empty()))
                .isEqualTo(other.plus(one));
    }

    @Test
    void totalsInputAndOutput() {
        assertThat(Usage.of(15, 8).totalTokens()).isEqualTo(23);
    }

    private static Usage cached(long input, long output) {
        return new Usage(input, output, OptionalLong.of(30), OptionalLong.of(5), OptionalLong.of(7));
    }

    @Test
    void knowsAllTokensIfThereIsNoCacheAndNoReasoning() {
        Usage none = new Usage(15, 8, OptionalLong.of(0), OptionalLong.empty(), OptionalLong.of(0));

        assertThat(Usage.of(15, 8).promptTokens()).hasValue(15);
        assertThat(Usage.of(15, 8).answerTokens()).hasValue(8);
        assertThat(none.promptTokens()).hasValue(15);
        assertThat(none.answerTokens()).hasValue(8);
    }

    @Test
    void knowsAllTokensIfItsReaderDoes() {
        Usage unknown = cached(100, 20);
        Usage inside = unknown.counted(true, true);
        Usage apart = unknown.counted(false, false);

        assertThat(unknown.promptTokens()).isEmpty();
        assertThat(unknown.answerTokens()).isEmpty();
        assertThat(inside.promptTokens()).hasValue(100);
        assertThat(inside.answerTokens()).hasValue(20);
        assertThat(apart.promptTokens()).hasValue(135);
        assertThat(apart.answerTokens()).hasValue(27);
        assertThat(apart.inputTokens()).isEqualTo(100);
        assertThat(apart.outputTokens()).isEqualTo(20);
        assertThat(inside).isEqualTo(cached(100, 20).counted(true, true)).isNotEqualTo(apart);
        assertThat(inside).isNotEqualTo(unknown);
    }

    @Test
    void addsWhatItKnows() {
        Usage inside = cached(100, 20).counted(true, true);
        Usage apart = cached(100, 20).counted(false, false);

        assertThat(inside.plus(apart).promptTokens()).hasValue(235);
        assertThat(inside.plus(apart).answerTokens()).hasValue(47);
        assertThat(inside.plus(Usage.of(1, 2)).promptTokens()).hasValue(101);
        assertThat(inside.plus(cached(100, 20)).promptTokens()).isEmpty();
        assertThat(inside.plus(cached(100, 20)).answerTokens()).isEmpty();
    }

    @Test
    void guessesOnlyWhatItDoesNotKnow() {
        assertThat(cached(100, 20).counted(true, true).promptTokensAt("bedrock", "anthropic.claude-3"))
                .isEqualTo(100);
        assertThat(cached(100, 20).counted(true, true).answerTokensAt("xai", "grok-4"))
                .isEqualTo(20);
        assertThat(cached(100, 20).promptTokensAt("", "")).isEqualTo(100);
        assertThat(cached(34, 20).promptTokensAt("", "")).isEqualTo(69); // more in the cache than in the input
        assertThat(cached(100, 6).answerTokensAt("", "")).isEqualTo(13); // more reasoning than output
    }

    @ParameterizedTest
    @CsvSource({
        "any, gpt-4.1, false",
        "any, llama3.2:8b, false",
        "any, qwen2.5-coder, false",
        "any, gemini-2.5-pro, false",
        "any, claude-sonnet-4, false",
        "any, openai/gpt-5.1, false",
        "any, mistral.gguf, false",
        "any, qwen.q4.gguf, false",
        "any, vendor.model-v1, false",
        "any, amazon.nova-pro-v1:0, true",
        "any, eu.anthropic.claude-3-haiku, true",
        "any, us-gov.anthropic.claude-3-haiku, true",
        "any, ai21.jamba-1-5-large-v1:0, true",
        "any, deepseek.v3.1, true",
        "any, arn:aws:bedrock:eu-west-1:1:inference-profile/x, true",
        "eu/bedrock, claude, true",
        "Anthropic, claude, true"
    })
    void guessesByNamesThatTheCacheIsApart(String backend, String model, boolean apart) {
        assertThat(cached(100, 20).promptTokensAt(backend, model)).isEqualTo(apart ? 135 : 100);
    }

    @ParameterizedTest
    @CsvSource({
        "any, gpt-5, false",
        "any, grok-4-fast, true",
        "relaxai, m, false",
        "xaito, m, false",
        "xai, m, true",
        "eu/x_ai, m, true",
        "x.ai, m, true"
    })
    void guessesByNamesThatReasoningIsApart(String backend, String model, boolean apart) {
        assertThat(cached(100, 20).answerTokensAt(backend, model)).isEqualTo(apart ? 27 : 20);
    }

    @Test
    void aSumThatIsTooLargeStaysTheLargestNumber() {
        Usage huge =
                new Usage(Long.MAX_VALUE, 1, OptionalLong.of(Long.MAX_VALUE), OptionalLong.of(1), OptionalLong.empty());

        assertThat(huge.counted(false, false).promptTokens()).hasValue(Long.MAX_VALUE);
        assertThat(huge.promptTokensAt("bedrock", "")).isEqualTo(Long.MAX_VALUE);
    }
}
