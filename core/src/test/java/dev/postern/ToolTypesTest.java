package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link ToolDefinition}, {@link ToolChoice}, {@link ToolCall}, {@link ToolResult} and {@link ResponseFormat}. */
class ToolTypesTest {

    static Stream<Arguments> badWords() {
        String noName = "response_format.name: must be 1 to 64 letters, digits, _ or -";
        Map<String, String> schema = Map.of("type", "object");
        return Stream.of(
                bad("tools.name: must not be empty", () -> ToolDefinition.of("", "", Map.of())),
                bad("tools.name: must not be empty", () -> ToolDefinition.of(" ", "", Map.of())),
                bad(
                        "tools.input_schema.type: java.lang.Object is not a JSON value;"
                                + " use String, Number, Boolean, List or Map",
                        () -> ToolDefinition.of("t", "", Map.of("type", new Object()))),
                bad("tool_choice: must name a tool", () -> ToolChoice.named("")),
                bad("tool_choice: must name a tool", () -> ToolChoice.named("\t")),
                bad("tool_choice.a: NaN is not a JSON number", () -> new ToolChoice.Vendor(Map.of("a", Double.NaN))),
                bad("tool_calls.id: must not be empty", () -> ToolCall.of("", "t", Map.of())),
                bad("tool_calls.name: must not be empty", () -> ToolCall.of("c1", "", Map.of())),
                bad("tool_calls.id: must not be empty", () -> ToolCall.malformed("", "t", "{")),
                bad(
                        "tool_calls.input.a: NaN is not a JSON number",
                        () -> ToolCall.of("c1", "t", Map.of("a", Float.NaN))),
                bad("tool_results.tool_use_id: must not be empty", () -> ToolResult.of("", "x")),
                bad("tool_results.tool_use_id: must not be empty", () -> ToolResult.error("", "x")),
                bad(
                        "tool_results.content: holds text, images, documents or audio, not ToolCall",
                        () -> new ToolResult("c1", List.of(ToolCall.of("c2", "t", Map.of())), false)),
                bad(
                        "tool_results.content: holds text, images, documents or audio, not ToolResult",
                        () -> new ToolResult("c1", List.of(ToolResult.of("c2", "x")), false)),
                bad(
                        "tool_results.content: holds text, images, documents or audio, not Reasoning",
                        () -> new ToolResult("c1", List.of(Content.Reasoning.of("x")), false)),
                bad("provider_data.a: NaN is not a JSON number", () -> new ProviderData("o", Map.of("a", Double.NaN))),
                bad(noName, () -> ResponseFormat.jsonSchema("", schema)),
                bad(noName, () -> ResponseFormat.jsonSchema("two words", schema)),
                bad(noName, () -> ResponseFormat.jsonSchema("x".repeat(65), schema)),
                bad("response_format.schema: must not be empty", () -> ResponseFormat.jsonSchema("s", Map.of())));
    }

    private static Arguments bad(String message, ThrowingCallable mistake) {
        return arguments(message, mistake);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badWords")
    void refusesAnInvalidValueAndNamesTheField(String message, ThrowingCallable mistake) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(mistake::call)
                .withMessage(message)
                .satisfies(refused -> assertThat(refused.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST));
    }

    @Test
    void isNotChangedByTheCallersMap() {
        List<Object> inner = new ArrayList<>(List.of("a"));
        Map<String, Object> values = new HashMap<>(Map.of("enum", inner));
        List<Content> parts = new ArrayList<>(List.of(Content.text("x")));
        ToolDefinition tool = ToolDefinition.of("t", "", values);
        ToolCall call = ToolCall.of("c1", "t", values);
        ToolResult result = new ToolResult("c1", parts, false);
        ToolChoice.Vendor choice = new ToolChoice.Vendor(values);
        ProviderData data = new ProviderData("o", values);
        ResponseFormat format = ResponseFormat.jsonSchema("s", values);

        inner.add("b");
        values.clear();
        parts.clear();

        Map<String, Object> before = Map.of("enum", List.of("a"));
        assertThat(tool.inputSchema()).isEqualTo(before);
        assertThat(call.input()).isEqualTo(before);
        assertThat(result.content()).containsExactly(Content.text("x"));
        assertThat(choice.value()).isEqualTo(before);
        assertThat(data.values()).isEqualTo(before);
        assertThat(format).isEqualTo(new ResponseFormat.JsonSchema("s", Map.of("enum", List.of("a")), true));
        assertThatThrownBy(() -> call.input().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((List<?>) call.input().get("enum")).clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void describesAToolWithoutArgumentsInAFixedOrder() {
        assertThat(ToolDefinition.of("t", "", Map.of()).inputSchema())
                .containsExactly(Map.entry("type", "object"), Map.entry("properties", Map.of()));
    }

    @Test
    void isStrictOnlyIfRequested() {
        ToolDefinition tool = ToolDefinition.of("t", "", Map.of("type", "object"));

        assertThat(tool.strict()).isFalse();
        assertThat(tool.withStrict(true)).isEqualTo(new ToolDefinition("t", "", Map.of("type", "object"), true));
        assertThat(tool.withStrict(true)).isNotEqualTo(tool);
    }

    @Test
    void keepsTheTextOfMalformedArguments() {
        ToolCall call = ToolCall.malformed("c1", "t", "{\"a\":");

        assertThat(call.input()).isEqualTo(Map.of("raw", "{\"a\":"));
        assertThat(call.malformedInput()).isTrue();
        assertThat(ToolCall.of("c1", "t", Map.of()).malformedInput()).isFalse();
    }

    @Test
    void addsDataOfTheProviderToACall() {
        ProviderData data = new ProviderData("gemini", Map.of("thought_signature", "abc"));
        ToolCall call = ToolCall.malformed("c1", "t", "x");

        assertThat(call.providerData()).isEqualTo(ProviderData.NONE);
        assertThat(call.with(data)).isEqualTo(new ToolCall(call.id(), call.name(), call.input(), true, data));
    }

    @Test
    void returnsProviderDataToItsOwnFamilyOnly() {
        ProviderData data = new ProviderData("gemini", Map.of("k", 1));

        assertThat(data.isEmpty()).isFalse();
        assertThat(data.isFrom("gemini")).isTrue();
        assertThat(data.isFrom("openai")).isFalse();
        assertThat(ProviderData.NONE.isEmpty()).isTrue();
        assertThat(ProviderData.NONE.isFrom("")).isFalse();
    }

    @Test
    void distinguishesAFailedToolFromASuccessfulOne() {
        assertThat(ToolResult.of("c1", "18 C"))
                .isEqualTo(new ToolResult("c1", List.of(Content.text("18 C")), false))
                .extracting(ToolResult::text)
                .isEqualTo("18 C");
        assertThat(ToolResult.error("c1", "no such city").isError()).isTrue();
    }

    @Test
    void acceptsImagesAndDocumentsInResults() {
        Content image = Content.imageUrl("https://h/a.png");
        Content document = Content.document("application/pdf", "", new byte[] {1});

        assertThat(new ToolResult("c1", List.of(image, Content.text("a"), document, Content.text("b")), false).text())
                .isEqualTo("ab");
    }
}
