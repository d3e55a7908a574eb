package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.testkit.FakeLlm;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which answer of LangChain4j an answer of Postern becomes. */
class AnswersTest {
    private static ChatResponse asked(CompletionResponse.Builder answer) {
        return PosternChatModel.of(FakeLlm.named("fake").thenAnswer(answer.build()))
                .chat(UserMessage.from("Hi"));
    }

    @Test
    void allFields() {
        Usage usage = new Usage(10, 5, OptionalLong.of(4), OptionalLong.empty(), OptionalLong.of(2));

        ChatResponse answer = asked(CompletionResponse.builder()
                .model("m")
                .content(List.of(Content.Reasoning.of("Hm."), Content.text("Hel"), Content.text("lo")))
                .usage(usage)
                .serverInfo(Map.of("id", "a1", "request_id", "r1")));

        assertThat(answer.aiMessage())
                .isEqualTo(AiMessage.builder().thinking("Hm.").text("Hello").build());
        assertThat(answer.id()).isEqualTo("a1");
        assertThat(answer.modelName()).isEqualTo("m");
        assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(answer.tokenUsage())
                .isEqualTo(PosternTokenUsage.of(usage))
                .isInstanceOfSatisfying(PosternTokenUsage.class, own -> {
                    assertThat(own.totalTokenCount()).isEqualTo(15);
                    assertThat(own.cachedInputTokens()).isEqualTo(4);
                    assertThat(own.cacheWriteInputTokens()).isNull();
                    assertThat(own.reasoningTokens()).isEqualTo(2);
                });
        assertThat(answer.metadata()).isInstanceOfSatisfying(PosternChatResponseMetadata.class, own -> {
            assertThat(own.stopReason()).isEqualTo(StopReason.END_TURN);
            assertThat(own.serverInfo()).containsEntry("request_id", "r1");
            assertThat(own.toBuilder().build()).isEqualTo(own);
        });
    }

    @Test
    void whatIsAbsentIsNull() {
        ChatResponse answer = asked(CompletionResponse.builder());

        assertThat(answer.aiMessage()).isEqualTo(AiMessage.builder().build());
        assertThat(answer.id()).isNull();
        assertThat(answer.modelName()).isNull();
        assertThat(answer.tokenUsage()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "END_TURN, STOP",
        "STOP_SEQUENCE, STOP",
        "TOOL_USE, TOOL_EXECUTION",
        "MAX_TOKENS, LENGTH",
        "CONTENT_FILTER, CONTENT_FILTER",
        "OTHER, OTHER"
    })
    void finishReasons(StopReason reason, FinishReason expected) {
        assertThat(asked(CompletionResponse.builder().stopReason(reason)).finishReason())
                .isEqualTo(expected);
    }

    @Test
    void aToolCallThatTheTokenLimitCutOffIsNoToolExecution() {
        ToolCall whole = ToolCall.of("c1", "weather", Map.of("city", "Paris"));
        ToolCall cut = ToolCall.malformed("c2", "weather", "{\"city\": \"Ro");

        ChatResponse answer = asked(CompletionResponse.builder()
                .content(List.of(whole, cut))
                .stopReason(StopReason.TOOL_USE)
                .serverInfo(Map.of("finish_reason", "length")));

        assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(answer.aiMessage().toolExecutionRequests())
                .extracting(call -> call.arguments())
                .containsExactly("{\"city\":\"Paris\"}", "{\"city\": \"Ro");
        assertThat(asked(CompletionResponse.builder()
                                .content(List.of(whole))
                                .stopReason(StopReason.TOOL_USE)
                                .serverInfo(Map.of("finish_reason", "length")))
                        .finishReason())
                .isEqualTo(FinishReason.TOOL_EXECUTION);
    }

    @Test
    void imagesOfAnAnswerAreGeneratedImages() {
        ChatResponse answer = asked(CompletionResponse.builder()
                .content(List.of(
                        Content.image("image/png", new byte[] {1}), Content.imageUrl("http://example.com/a.png"))));

        assertThat(answer.aiMessage().images())
                .extracting(image -> String.valueOf(image.url()), image -> image.base64Data())
                .containsExactly(tuple("null", "AQ=="), tuple("http://example.com/a.png", null));
    }

    @Test
    void usageIsAddedUpAcrossClasses() {
        PosternTokenUsage own =
                PosternTokenUsage.of(new Usage(10, 5, OptionalLong.of(4), OptionalLong.empty(), OptionalLong.empty()));
        PosternTokenUsage other =
                PosternTokenUsage.of(new Usage(1, 1, OptionalLong.of(1), OptionalLong.of(1), OptionalLong.of(1)));

        assertThat(own.add(other))
                .isEqualTo(PosternTokenUsage.of(
                        new Usage(11, 6, OptionalLong.of(5), OptionalLong.of(1), OptionalLong.of(1))));
        assertThat(new TokenUsage(1, 2).add(own))
                .isEqualTo(PosternTokenUsage.of(
                        new Usage(11, 7, OptionalLong.of(4), OptionalLong.empty(), OptionalLong.empty())));
        assertThat(own.add(null)).isSameAs(own);
        assertThat(PosternTokenUsage.of(Usage.of(1L << 40, 1)).inputTokenCount())
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void anAnswerComesWithoutWaiting() throws Exception {
        FakeLlm llm = FakeLlm.answering("Hello").thenHang();
        PosternChatModel model = PosternChatModel.of(llm);

        assertThat(model.chatAsync("Hi").get(30, TimeUnit.SECONDS)).isEqualTo("Hello");

        var hanging = model.chatAsync(UserMessage.from("Hi"));
        hanging.cancel(true);
        llm.awaitCancelled(1);
    }

    @Test
    void capabilitiesTellAiServicesAboutSchemas() {
        FakeLlm llm = FakeLlm.named("fake");

        assertThat(PosternChatModel.of(llm).supportedCapabilities())
                .containsExactly(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
        assertThat(PosternStreamingChatModel.builder(llm)
                        .supportedCapabilities()
                        .build()
                        .supportedCapabilities())
                .isEmpty();
    }
}
