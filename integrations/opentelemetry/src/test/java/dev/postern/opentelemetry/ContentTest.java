package dev.postern.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import dev.postern.testkit.StreamProbe;
import dev.postern.testkit.WireServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The content of calls, which is recorded only if the application says so. */
@Timeout(60)
class ContentTest {
    private static final CompletionRequest REQUEST = CompletionRequest.builder()
            .system("Be brief.")
            .user(Content.text("Weather?"), Content.image("image/png", new byte[] {1, 2, 3}))
            .message(new Message(Role.ASSISTANT, List.of(ToolCall.of("c0", "weather", Map.of("city", "Bern")))))
            .toolResults(ToolResult.of("c0", "sunny"))
            .tool(ToolDefinition.of("weather", "Tells the weather", Map.of("type", "object")))
            .build();

    private final Telemetry telemetry = new Telemetry();

    @AfterEach
    void closes() {
        telemetry.close();
    }

    private Object content(String attribute) {
        return Json.parse(
                (String) Telemetry.attributes(telemetry.span("chat small")).get(attribute));
    }

    @Test
    void messagesAnswerAndToolsAreRecorded() {
        try (WireServer server = WireServer.openai().toolCall("weather", Map.of("city", "Rome"));
                LlmProvider llm = telemetry.provider(server, builder -> builder.content(true))) {
            StreamProbe.of(llm.stream(REQUEST)).request(20).answer();

            assertThat(content("gen_ai.system_instructions"))
                    .isEqualTo(Json.parse("[{\"type\":\"text\",\"content\":\"Be brief.\"}]"));
            assertThat(content("gen_ai.input.messages")).isEqualTo(Json.parse("""
                            [{"role":"user","parts":[
                                {"type":"text","content":"Weather?"},
                                {"type":"blob","modality":"image","mime_type":"image/png"}]},
                             {"role":"assistant","parts":[
                                {"type":"tool_call","id":"c0","name":"weather","arguments":{"city":"Bern"}}]},
                             {"role":"tool","parts":[
                                {"type":"tool_call_response","id":"c0","response":"sunny"}]}]"""));
            assertThat(content("gen_ai.output.messages")).isEqualTo(Json.parse("""
                            [{"role":"assistant","parts":[
                                {"type":"tool_call","id":"call_1","name":"weather","arguments":{"city":"Rome"}}],
                              "finish_reason":"tool_call"}]"""));
            assertThat(content("gen_ai.tool.definitions")).isEqualTo(Json.parse("""
                            [{"type":"function","name":"weather","description":"Tells the weather",
                              "parameters":{"type":"object"}}]"""));
        }
    }

    @Test
    void aCutAnswerIsRecordedAsFarAsItCame() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo").cutAfter(1);
                LlmProvider llm = telemetry.provider(server, builder -> builder.content(true))) {
            StreamProbe.of(llm.stream(CompletionRequest.of("Hi")))
                    .request(20)
                    .expectText("Hel")
                    .expectFailure(LlmException.Kind.INCOMPLETE_STREAM);

            assertThat(content("gen_ai.output.messages")).isEqualTo(Json.parse("""
                            [{"role":"assistant","parts":[{"type":"text","content":"Hel"}],"finish_reason":"error"}]"""));
            assertThat(telemetry.span("chat small").getStatus().getDescription())
                    .contains("cut");
        }
    }

    @Test
    void longContentIsCutAndStaysValid() {
        CompletionRequest request = CompletionRequest.builder()
                .user("x".repeat(5000))
                .user("y".repeat(5000))
                .build();
        try (WireServer server = WireServer.openai().answer("z".repeat(5000));
                LlmProvider llm = telemetry.provider(server, builder -> builder.contentCharacters(1000))) {
            llm.completions(request);

            String input =
                    (String) Telemetry.attributes(telemetry.span("chat small")).get("gen_ai.input.messages");
            String output =
                    (String) Telemetry.attributes(telemetry.span("chat small")).get("gen_ai.output.messages");
            assertThat(input).hasSizeLessThan(1200).contains("y…").doesNotContain("xx");
            assertThat(output).hasSizeLessThan(1200).contains("z…");
            assertThat(Json.parse(input)).isInstanceOf(List.class);
            assertThat(Json.parse(output)).isInstanceOf(List.class);
        }
    }

    @Test
    void theLargestBoundRecordsAll() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo");
                LlmProvider llm = telemetry.provider(server, builder -> builder.contentCharacters(Integer.MAX_VALUE))) {
            StreamProbe.of(llm.stream(CompletionRequest.of("Hi"))).request(20).answer();

            assertThat(content("gen_ai.output.messages")).isEqualTo(Json.parse("""
                            [{"role":"assistant","parts":[{"type":"text","content":"Hello"}],"finish_reason":"stop"}]"""));
        }
    }

    @Test
    void theNewestMessagesAreRecordedBeforeOlderOnes() {
        String json = new ContentJson(500)
                .messages(List.of(
                        Message.user("a".repeat(5000)), Message.user("b".repeat(200)), Message.user("What now?")));

        assertThat(json)
                .containsSubsequence("aa…", "b".repeat(200), "What now?")
                .hasSizeLessThan(700);
        assertThat(Json.parse(json)).isInstanceOf(List.class);
    }

    @Test
    void anAnswersTextAndCallsAreRecordedBeforeItsReasoning() {
        List<Content> parts = List.of(
                Content.Reasoning.of("r".repeat(5000)),
                Content.text("t".repeat(200)),
                ToolCall.of("c0", "weather", Map.of("city", "Bern")));

        String json = new ContentJson(500).answer(parts, Optional.empty());

        assertThat(json)
                .containsSubsequence("rr…", "t".repeat(200), "{\"city\":\"Bern\"}")
                .hasSizeLessThan(800);
        assertThat(new ContentJson(200).answer(parts, Optional.empty()))
                .doesNotContain("rrr")
                .contains("tt…");
    }

    @Test
    void aSurrogatePairIsNotCutInHalf() {
        String json = new ContentJson(101).instructions("a" + "\uD83D\uDE00".repeat(100));

        assertThat(json).doesNotContain("?").contains("\uD83D\uDE00…");
    }

    @Test
    void aNegativeBoundIsRefused() {
        assertThatThrownBy(() -> OpenTelemetryListener.builder(telemetry.api()).contentCharacters(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
