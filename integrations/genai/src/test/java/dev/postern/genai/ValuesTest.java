package dev.postern.genai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.ResponseFormat;
import dev.postern.StopReason;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.call.CallListener.Certainty;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.CallListener.Spent;
import dev.postern.genai.shared.AttributeSink;
import dev.postern.genai.shared.Modality;
import dev.postern.genai.shared.TokenCounts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {
    private static final Usage USAGE = new Usage(100, 20, OptionalLong.of(30), OptionalLong.of(5), OptionalLong.of(7));

    private final Map<String, Object> attributes = new TreeMap<>();
    private final AttributeSink sink = new AttributeSink() {
        @Override
        public void put(String name, String value) {
            attributes.put(name, value);
        }

        @Override
        public void put(String name, long value) {
            attributes.put(name, value);
        }

        @Override
        public void put(String name, double value) {
            attributes.put(name, value);
        }

        @Override
        public void put(String name, boolean value) {
            attributes.put(name, value);
        }

        @Override
        public void put(String name, List<String> values) {
            attributes.put(name, values);
        }
    };

    @ParameterizedTest
    @CsvSource({"openai, 100, 20", "bedrock, 135, 20", "anthropic, 135, 20", "xai, 100, 27"})
    void inputHasCachedTokensAndOutputHasReasoning(String backend, long input, long output) {
        TokenCounts counts = TokenCounts.of(USAGE, backend, "m");

        assertThat(counts)
                .isEqualTo(new TokenCounts(input, output, OptionalLong.of(30), OptionalLong.of(5), OptionalLong.of(7)));
    }

    @Test
    void whatTheUsageSaysComesBeforeTheNames() {
        assertThat(TokenCounts.of(USAGE.counted(false, false), "renamed", "m"))
                .isEqualTo(new TokenCounts(135, 27, OptionalLong.of(30), OptionalLong.of(5), OptionalLong.of(7)));
        assertThat(TokenCounts.of(USAGE.counted(true, true), "bedrock", "grok-4"))
                .isEqualTo(new TokenCounts(100, 20, OptionalLong.of(30), OptionalLong.of(5), OptionalLong.of(7)));
    }

    @Test
    void tokensAreNamedByTheSet() {
        sink.putTokens(new Spent(USAGE, Certainty.PARTIAL), "openai", "m", GenAiNames.LATEST);
        assertThat(attributes)
                .containsEntry("gen_ai.usage.cache_write.input_tokens", 5L)
                .containsEntry("postern.usage.certainty", "partial")
                .hasSize(6);

        attributes.clear();
        sink.putTokens(new Spent(Usage.of(1, 2), Certainty.ESTIMATED), "openai", "m", GenAiNames.V1_41);
        assertThat(attributes)
                .isEqualTo(Map.of(
                        "gen_ai.usage.input_tokens",
                        1L,
                        "gen_ai.usage.output_tokens",
                        2L,
                        "postern.usage.certainty",
                        "estimated"));
    }

    @Test
    void settingsOfARequestAreAttributes() {
        CompletionRequest request = CompletionRequest.builder()
                .user("secret")
                .seed(4)
                .maxTokens(10)
                .temperature(0.5)
                .topP(0.25)
                .frequencyPenalty(0.1)
                .presencePenalty(0.2)
                .reasoningEffort("low")
                .stop("END")
                .responseFormat(new ResponseFormat.JsonObject())
                .context(CallContext.builder().session("s1").build())
                .build();

        sink.putSettings(request, true);

        assertThat(attributes)
                .containsOnly(
                        Map.entry("gen_ai.conversation.id", "s1"),
                        Map.entry("gen_ai.output.type", "json"),
                        Map.entry("gen_ai.request.stream", true),
                        Map.entry("gen_ai.request.seed", 4L),
                        Map.entry("gen_ai.request.max_tokens", 10L),
                        Map.entry("gen_ai.request.temperature", 0.5),
                        Map.entry("gen_ai.request.top_p", 0.25),
                        Map.entry("gen_ai.request.frequency_penalty", 0.1),
                        Map.entry("gen_ai.request.presence_penalty", 0.2),
                        Map.entry("gen_ai.request.reasoning.level", "low"),
                        Map.entry("gen_ai.request.stop_sequences", List.of("END")));
    }

    @Test
    void whatIsNotSetIsNoAttribute() {
        sink.putSettings(CompletionRequest.of("Hello"), false);

        assertThat(attributes).isEmpty();
    }

    @Test
    void theReasonIsTheServersWordOrError() {
        assertThat(GenAi.finishReason(Optional.of(StopReason.END_TURN), Map.of("finish_reason", "eos")))
                .isEqualTo("eos");
        assertThat(GenAi.finishReason(Optional.of(StopReason.TOOL_USE), Map.of()))
                .isEqualTo("tool_call");
        assertThat(GenAi.finishReason(Optional.empty(), Map.of("finish_reason", "eos")))
                .isEqualTo("error");
    }

    @Test
    void theTypeOfAnErrorIsItsKind() {
        LlmException failure = new LlmException(LlmException.Kind.RATE_LIMITED, "Wait.");

        assertThat(GenAi.errorType(Outcome.FAILED, Optional.of(failure))).contains("rate_limited");
        assertThat(GenAi.errorType(Outcome.CANCELLED, Optional.empty())).contains("cancelled");
        assertThat(GenAi.errorType(Outcome.ANSWERED, Optional.empty())).isEmpty();
    }

    @Test
    void theModalityIsTextIfThereIsNothingElse() {
        CompletionRequest text = CompletionRequest.of("Hello");
        CompletionRequest image = text.toBuilder()
                .user(Content.text("See"), Content.image("image/png", new byte[1]))
                .build();
        CompletionRequest result = text.toBuilder()
                .message(Message.toolResults(
                        new ToolResult("1", List.of(Content.image("image/png", new byte[1])), false)))
                .build();

        assertThat(Modality.ofInput(text)).isEqualTo("text");
        assertThat(Modality.ofInput(image)).isEqualTo("unknown");
        assertThat(Modality.ofInput(result)).isEqualTo("unknown");
    }
}
