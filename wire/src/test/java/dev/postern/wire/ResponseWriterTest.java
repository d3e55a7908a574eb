package dev.postern.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The six keys that are always written, and the two that are written if needed. */
class ResponseWriterTest {

    @Test
    void anEmptyAnswerHasTheSixKeys() {
        assertThat(text(CompletionResponse.builder().build()))
                .isEqualTo(
                        "{\"model\":\"\",\"content\":\"\",\"stop_reason\":\"end_turn\",\"tool_calls\":null,\"usage\":{},"
                                + "\"metadata\":{}}");
    }

    @Test
    void anAnswerWithACallHasTheDocumentedForm() {
        assertThat(text(CompletionResponse.builder()
                        .model("m")
                        .content(List.of(Content.text("I look."), ToolCall.of("c1", "f", Map.of("city", "Paris"))))
                        .stopReason(StopReason.TOOL_USE)
                        .usage(Usage.of(15, 8))
                        .serverInfo(Map.of("finish_reason", "tool_calls"))
                        .build()))
                .isEqualTo("{\"model\":\"m\",\"content\":\"I look.\",\"stop_reason\":\"tool_use\","
                        + "\"tool_calls\":[{\"id\":\"c1\",\"name\":\"f\",\"input\":{\"city\":\"Paris\"}}],"
                        + "\"usage\":{\"input_tokens\":15,\"output_tokens\":8},"
                        + "\"metadata\":{\"finish_reason\":\"tool_calls\"}}");
    }

    @Test
    void plainReasoningNeedsNoParts() {
        assertThat(keys(List.of(Content.Reasoning.of("Hm"), Content.text("Yes"), ToolCall.of("a", "f", Map.of()))))
                .contains("reasoning")
                .doesNotContain("parts");
    }

    @Test
    void partsAreWrittenIfThePlainFieldsAreNotEnough() {
        assertThat(keys(List.of(new Content.Reasoning("Hm", "signature", "", ProviderData.NONE))))
                .contains("parts");
        assertThat(keys(List.of(new Content.Reasoning("", "", "cg==", ProviderData.NONE))))
                .contains("parts")
                .doesNotContain("reasoning");
        assertThat(keys(List.of(Content.text("a"), Content.text("b")))).contains("parts");
        assertThat(keys(List.of(ToolCall.of("a", "f", Map.of()), Content.text("b"))))
                .contains("parts");
        assertThat(keys(List.of(Content.text("")))).contains("parts");
    }

    private static List<String> keys(List<Content> parts) {
        return Json.object(text(CompletionResponse.builder().content(parts).build()))
                .names();
    }

    private static String text(CompletionResponse response) {
        return new String(ResponseWriter.write(response), StandardCharsets.UTF_8);
    }
}
