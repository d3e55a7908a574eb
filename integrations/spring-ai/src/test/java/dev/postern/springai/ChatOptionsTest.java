package dev.postern.springai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.ResponseFormat;
import dev.postern.ToolChoice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;

class ChatOptionsTest {
    private static final CallContext CONTEXT = CallContext.builder().user("ann").build();

    private static PosternChatOptions.Builder all() {
        return PosternChatOptions.builder()
                .model("m")
                .temperature(0.5)
                .topP(0.9)
                .topK(40)
                .maxTokens(100)
                .presencePenalty(0.1)
                .frequencyPenalty(0.2)
                .stopSequences(List.of("END"))
                .toolContext("key", "value")
                .backend("eu")
                .outputSchema("{\"type\":\"object\"}")
                .responseFormat(ResponseFormat.jsonObject())
                .toolChoice(ToolChoice.AUTO)
                .parallelToolCalls(false)
                .seed(7L)
                .reasoningEffort("low")
                .requestMetadata(Map.of("team", "red"))
                .notes(Map.of("ticket", 5))
                .extra(Map.of("store", true))
                .callOptions(CallOptions.builder().apiKey("sk-secret").build())
                .callContext(CONTEXT);
    }

    @Test
    void aBuilderOfOptionsHasAllOfThem() {
        assertThat(all().build().mutate().build()).isEqualTo(all().build());
        assertThat(all().build()).hasSameHashCodeAs(all().build());
        assertThat(all().build().mutate().seed(8L).build()).isNotEqualTo(all().build());
    }

    @Test
    void everyOptionIsThere() {
        PosternChatOptions options = all().build();

        assertThat(options.getBackend()).isEqualTo("eu");
        assertThat(options.getOutputSchema()).isEqualTo("{\"type\":\"object\"}");
        assertThat(options.getResponseFormat()).isEqualTo(ResponseFormat.jsonObject());
        assertThat(options.getToolChoice()).isEqualTo(ToolChoice.AUTO);
        assertThat(options.getParallelToolCalls()).isFalse();
        assertThat(options.getSeed()).isEqualTo(7);
        assertThat(options.getReasoningEffort()).isEqualTo("low");
        assertThat(options.getRequestMetadata()).containsOnly(Map.entry("team", "red"));
        assertThat(options.getNotes()).containsOnly(Map.entry("ticket", 5));
        assertThat(options.getExtra()).containsOnly(Map.entry("store", true));
        assertThat(options.getCallOptions())
                .isEqualTo(CallOptions.builder().apiKey("sk-secret").build());
        assertThat(options.getCallContext()).isSameAs(CONTEXT);
    }

    @Test
    void whatIsSetInTheOtherBuilderWins() {
        PosternChatOptions combined = all().combineWith(
                        PosternChatOptions.builder().temperature(1.0).seed(9L).extra(Map.of("user", "u")))
                .build();

        assertThat(combined.getTemperature()).isEqualTo(1.0);
        assertThat(combined.getSeed()).isEqualTo(9);
        assertThat(combined.getReasoningEffort()).isEqualTo("low");
        assertThat(combined.getExtra()).containsOnly(Map.entry("store", true), Map.entry("user", "u"));
    }

    @Test
    void otherBuildersOfSpringAiAreUnderstood() {
        PosternChatOptions combined = all().combineWith(ChatOptions.builder().model("other"))
                .combineWith(StructuredOutputChatOptions.builder().outputSchema("{}"))
                .build();

        assertThat(combined.getModel()).isEqualTo("other");
        assertThat(combined.getOutputSchema()).isEqualTo("{}");
        assertThat(combined.getSeed()).isEqualTo(7);
    }

    @Test
    void aCopyOfABuilderChangesOnItsOwn() {
        PosternChatOptions.Builder builder = all();
        PosternChatOptions.Builder copy = builder.clone().seed(1L);

        assertThat(builder.build().getSeed()).isEqualTo(7);
        assertThat(copy.build().getSeed()).isEqualTo(1);
    }

    @Test
    void optionsThatWereBuiltDoNotChange() {
        PosternChatOptions.Builder builder = all();
        PosternChatOptions before = builder.build();
        builder.seed(1L).backend("us");

        assertThat(before.getSeed()).isEqualTo(7);
        assertThat(before.getBackend()).isEqualTo("eu");
    }

    @Test
    void theTextHasNoSecret() {
        assertThat(all().build()).hasToString("PosternChatOptions[model=m, tools=[]]");
    }
}
