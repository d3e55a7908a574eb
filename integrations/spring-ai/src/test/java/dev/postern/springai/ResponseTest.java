package dev.postern.springai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.testkit.FakeLlm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.EmptyRateLimit;
import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.chat.metadata.RateLimit;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;

/** What a whole answer becomes. */
class ResponseTest {
    private static ChatResponse of(CompletionResponse answer) {
        return Models.over(FakeLlm.named("fake").thenAnswer(answer)).call(new Prompt("Hello"));
    }

    private static CompletionResponse.Builder answer() {
        return CompletionResponse.builder().model("m").content("Hi");
    }

    private static String finishReason(StopReason reason, Map<String, ?> serverInfo) {
        ChatResponse response =
                of(answer().stopReason(reason).serverInfo(serverInfo).build());
        String own = Models.only(response).getMetadata().get(PosternChatModel.STOP_REASON);
        assertThat(own).isEqualTo(reason.wire());
        return Models.only(response).getMetadata().getFinishReason();
    }

    @Test
    void aTextIsTheMessage() {
        ChatResponse response = of(answer().build());

        assertThat(Models.message(response).getText()).isEqualTo("Hi");
        assertThat(Models.message(response).hasToolCalls()).isFalse();
        assertThat(Models.message(response).getMetadata()).containsOnlyKeys("messageType");
        assertThat(response.getMetadata().getModel()).isEqualTo("m");
    }

    @Test
    void callsAreReturnedAndNotRun() {
        ChatResponse response = of(CompletionResponse.builder()
                .content(List.of(
                        Content.text("Let me see."),
                        ToolCall.of("1", "get_weather", Map.of("city", "Paris")),
                        ToolCall.malformed("2", "get_weather", "{\"city\":")))
                .stopReason(StopReason.TOOL_USE)
                .build());

        assertThat(response.hasToolCalls()).isTrue();
        assertThat(Models.message(response).getText()).isEqualTo("Let me see.");
        assertThat(Models.message(response).getToolCalls())
                .containsExactly(
                        new AssistantMessage.ToolCall("1", "function", "get_weather", "{\"city\":\"Paris\"}"),
                        new AssistantMessage.ToolCall("2", "function", "get_weather", "{\"city\":"));
    }

    @Test
    void finishReasonsHaveTheNamesOfSpringAi() {
        assertThat(finishReason(StopReason.END_TURN, Map.of())).isEqualTo("STOP");
        assertThat(finishReason(StopReason.STOP_SEQUENCE, Map.of())).isEqualTo("STOP");
        assertThat(finishReason(StopReason.TOOL_USE, Map.of())).isEqualTo("TOOL_CALLS");
        assertThat(finishReason(StopReason.MAX_TOKENS, Map.of())).isEqualTo("LENGTH");
        assertThat(finishReason(StopReason.CONTENT_FILTER, Map.of())).isEqualTo("CONTENT_FILTER");
        assertThat(finishReason(StopReason.OTHER, Map.of())).isEqualTo("OTHER");
        assertThat(finishReason(StopReason.OTHER, Map.of("finish_reason", "pause_turn")))
                .isEqualTo("PAUSE_TURN");
    }

    @Test
    void reasoningIsInTheMetadata() {
        ChatResponse response = of(CompletionResponse.builder()
                .content(List.of(Content.Reasoning.of("Hm."), Content.text("Hi")))
                .build());

        assertThat(Models.message(response).getText()).isEqualTo("Hi");
        assertThat(Models.message(response).getMetadata())
                .containsEntry(PosternChatModel.REASONING, "Hm.")
                .doesNotContainKey(PosternChatModel.PARTS);
    }

    @Test
    void usageHasTheCachesAndTheNativeCounts() {
        Usage usage = new Usage(100, 20, OptionalLong.of(80), OptionalLong.of(5), OptionalLong.of(7));

        org.springframework.ai.chat.metadata.Usage given =
                of(answer().usage(usage).build()).getMetadata().getUsage();

        assertThat(given.getPromptTokens()).isEqualTo(100);
        assertThat(given.getCompletionTokens()).isEqualTo(20);
        assertThat(given.getTotalTokens()).isEqualTo(120);
        assertThat(given.getCacheReadInputTokens()).isEqualTo(80);
        assertThat(given.getCacheWriteInputTokens()).isEqualTo(5);
        assertThat(given.getNativeUsage()).isEqualTo(usage);
    }

    @Test
    void countsBeyondAnIntAreTheLargestInt() {
        assertThat(of(answer().usage(Usage.of(3_000_000_000L, 1)).build())
                        .getMetadata()
                        .getUsage()
                        .getPromptTokens())
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void whatTheServerDidNotReportIsEmpty() {
        ChatResponseMetadata metadata = of(answer().build()).getMetadata();

        assertThat(metadata.getUsage()).isInstanceOf(EmptyUsage.class);
        assertThat(metadata.getRateLimit()).isInstanceOf(EmptyRateLimit.class);
        assertThat(metadata.getId()).isEmpty();
    }

    @Test
    void serverInfoIsInTheMetadata() {
        ChatResponseMetadata metadata = of(answer().serverInfo(Map.of("id", "chatcmpl-1", "request_id", "r-7"))
                        .build())
                .getMetadata();
        String requestId = metadata.get(CompletionResponse.REQUEST_ID);

        assertThat(metadata.getId()).isEqualTo("chatcmpl-1");
        assertThat(requestId).isEqualTo("r-7");
    }

    @Test
    void headersOfTheServerAreRateLimits() {
        Map<String, String> headers = Map.of(
                "x-ratelimit-limit-requests", "100",
                "x-ratelimit-remaining-requests", "99",
                "x-ratelimit-reset-requests", "1m30s",
                "x-ratelimit-limit-tokens", "5000",
                "x-ratelimit-remaining-tokens", "4990",
                "x-ratelimit-reset-tokens", "0.5");

        RateLimit limit = of(answer().serverInfo(Map.of(CompletionResponse.RATE_LIMITS, headers))
                        .build())
                .getMetadata()
                .getRateLimit();

        assertThat(limit.getRequestsLimit()).isEqualTo(100);
        assertThat(limit.getRequestsRemaining()).isEqualTo(99);
        assertThat(limit.getRequestsReset()).isEqualTo(Duration.ofSeconds(90));
        assertThat(limit.getTokensLimit()).isEqualTo(5000);
        assertThat(limit.getTokensRemaining()).isEqualTo(4990);
        assertThat(limit.getTokensReset()).isEqualTo(Duration.ofMillis(500));
    }

    /** Some servers have one limit, without a word for what it counts. */
    @Test
    void aLimitWithoutAUnitCountsRequests() {
        Map<String, String> headers =
                Map.of("x-ratelimit-limit", "10", "x-ratelimit-remaining", "many", "x-ratelimit-reset", "soon");

        RateLimit limit = of(answer().serverInfo(Map.of(CompletionResponse.RATE_LIMITS, headers))
                        .build())
                .getMetadata()
                .getRateLimit();

        assertThat(limit.getRequestsLimit()).isEqualTo(10);
        assertThat(limit.getRequestsRemaining()).isZero();
        assertThat(limit.getRequestsReset()).isEqualTo(Duration.ZERO);
        assertThat(limit.getTokensLimit()).isZero();
    }

    @Test
    void imagesOfTheModelAreMedia() {
        AssistantMessage message = Models.message(of(CompletionResponse.builder()
                .content(List.of(Content.text("Here."), Content.image("image/png", new byte[] {1, 2, 3})))
                .build()));

        assertThat(message.getText()).isEqualTo("Here.");
        assertThat(message.getMedia()).hasSize(1);
        assertThat(message.getMedia().get(0).getMimeType()).hasToString("image/png");
        assertThat(message.getMedia().get(0).getDataAsByteArray()).containsExactly(1, 2, 3);
    }
}
