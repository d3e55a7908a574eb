package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Message;
import dev.postern.ResponseFormat;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.testkit.project.Golden;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of requests. Servers cache prompts by their bytes, so the order of fields must not change. */
class ConverseRequestGoldenTest {

    static Set<String> cases() {
        return ConverseRequestCases.all().keySet();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theBytesAreThoseOfTheGoldenFile(String name) {
        byte[] sent = ConverseRequestCases.all().get(name).bytes();
        Golden.check("request/" + name + ".json", new String(sent, StandardCharsets.UTF_8));
        // A duplicate field would not survive the conversion to a map and back.
        assertThat(Json.text(Json.parse(sent))).isEqualTo(new String(sent, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rolesAlternateAndNoMessageIsEmpty(String name) {
        List<JsonObject> messages =
                Json.object(ConverseRequestCases.all().get(name).bytes()).objects("messages");
        for (int i = 0; i < messages.size(); i++) {
            assertThat(messages.get(i).objects("content")).isNotEmpty();
            if (i > 0) {
                assertThat(messages.get(i).text("role"))
                        .isNotEqualTo(messages.get(i - 1).text("role"));
            }
        }
    }

    @Test
    void everyGoldenFileHasACase() {
        assertThat(GoldenFiles.names("request", ".json")).containsExactlyInAnyOrderElementsOf(cases());
    }

    @Test
    void unsupportedContentIsRefused() {
        Content png = Content.image("image/png", new byte[] {1});
        Content pdf = Content.document("application/pdf", "a.pdf", new byte[] {1});
        for (Message message : List.of(
                new Message(Role.ASSISTANT, List.of(png)),
                new Message(Role.ASSISTANT, List.of(pdf)),
                new Message(Role.SYSTEM, List.of(png)),
                new Message(Role.SYSTEM, List.of(pdf)),
                new Message(Role.SYSTEM, List.of(Content.audio("audio/wav", new byte[] {1}))),
                new Message(Role.ASSISTANT, List.of(Content.audio("audio/wav", new byte[] {1}))),
                new Message(Role.USER, List.of(Content.documentId("file-1"))),
                new Message(Role.USER, List.of(Content.imageUrl("https://example.org/cat.png"))),
                new Message(Role.USER, List.of(Content.imageUrl("file:///etc/passwd"))),
                new Message(Role.USER, List.of(Content.imageUrl("gs://bucket/cat.png"))),
                new Message(Role.USER, List.of(Content.imageUrl("s3://bucket/cat"))),
                new Message(Role.USER, List.of(Content.audio("audio/midi", new byte[] {1}))),
                Message.toolResults(new ToolResult("a", List.of(Content.audio("audio/wav", new byte[] {1})), false)),
                new Message(Role.USER, List.of(Content.image("image/tiff", new byte[] {1}))),
                new Message(Role.USER, List.of(Content.document("application/zip", "a", new byte[] {1}))))) {
            ConverseRequestCases.Case refused = new ConverseRequestCases.Case(
                    ModelFamily.ANTHROPIC,
                    false,
                    ConverseRequestCases.NO_SETTINGS,
                    CompletionRequest.builder()
                            .user("Hello")
                            .message(new Message(Role.ASSISTANT, List.of(ToolCall.of("a", "f", Map.of()))))
                            .message(message)
                            .tool(ToolDefinition.of("f", "", Map.of()))
                            .build());
            assertRefused(refused, Kind.UNSUPPORTED).hasMessageStartingWith("messages: ");
        }
    }

    @Test
    void aDataAddressWithoutBytesIsRefused() {
        for (String url : List.of("data:image/png,abc", "data:;base64,iVBORw==", "data:image/png;base64", "data:")) {
            assertRefused(
                    to(CompletionRequest.builder().user(Content.imageUrl(url)), ConverseRequestCases.NO_SETTINGS),
                    Kind.INVALID_REQUEST);
        }
    }

    static List<Map<String, ?>> extrasThatDuplicateFields() {
        return List.of(
                Map.of("messages", List.of()),
                Map.of("model", "m"),
                Map.of("modelId", "m"),
                Map.of("stream", true),
                Map.of("n", 0),
                Map.of("n", "1"),
                Map.of("system", List.of()),
                Map.of("max_tokens", 1),
                Map.of("reasoning_effort", "low"),
                Map.of("requestMetadata", Map.of("team", "b")),
                Map.of("inferenceConfig", Map.of("maxTokens", 1)),
                Map.of("inferenceConfig", Map.of("temperature", 1)),
                Map.of("inferenceConfig", Map.of("topP", 1)),
                Map.of("inferenceConfig", Map.of("stopSequences", List.of())),
                Map.of("inferenceConfig", "all of it"),
                Map.of("toolConfig", Map.of("toolChoice", Map.of("any", Map.of()))),
                Map.of("toolConfig", Map.of("tools", Map.of())),
                Map.of("toolConfig", List.of()),
                Map.of("outputConfig", Map.of("textFormat", Map.of())),
                Map.of("outputConfig", Map.of("effort", "low")),
                Map.of("additionalModelRequestFields", Map.of("top_p", 1)),
                Map.of("additionalModelRequestFields", List.of()));
    }

    @ParameterizedTest
    @MethodSource("extrasThatDuplicateFields")
    void extraFieldsThatDuplicateFieldsAreRefused(Map<String, ?> extra) {
        CompletionRequest.Builder request = CompletionRequest.builder()
                .system("Be brief.")
                .user("Hello")
                .maxTokens(5)
                .temperature(0.5)
                .topP(0.5)
                .stop("END")
                .reasoningEffort("high")
                .requestMetadata(Map.of("team", "a"))
                .tool(ToolDefinition.of("f", "", Map.of()))
                .toolChoice(ToolChoice.AUTO)
                .responseFormat(ResponseFormat.jsonObject())
                .extra(extra);
        assertRefused(to(request, ConverseRequestCases.NO_SETTINGS), Kind.INVALID_REQUEST)
                .hasMessageStartingWith("extra.");
    }

    @Test
    void moreThanOneAnswerIsRefused() {
        CompletionRequest.Builder request = CompletionRequest.builder().user("Hello");
        assertRefused(to(request.extra(Map.of("n", 3)), ConverseRequestCases.NO_SETTINGS), Kind.UNSUPPORTED)
                .hasMessage("extra.n: Postern reads one answer per request; send 3 requests.");
        assertThat(to(request.extra(Map.of("n", 1)), ConverseRequestCases.NO_SETTINGS)
                        .bytes())
                .isEqualTo(to(request.extra(Map.of()), ConverseRequestCases.NO_SETTINGS)
                        .bytes());
    }

    static List<Map<String, ?>> extrasThatChangeTheGuardrail() {
        return List.of(
                Map.of("guardrailConfig", Map.of("guardrailIdentifier", "gr-2")),
                Map.of("guardrailConfig", Map.of()),
                Map.of("guardrailIdentifier", "gr-2"),
                Map.of("amazon-bedrock-guardrailConfig", Map.of()),
                Map.of("additionalModelRequestFields", Map.of("amazon-bedrock-guardrailAction", "NONE")),
                Map.of("system", List.of(Map.of("guardContent", Map.of("text", Map.of("text", "harmless"))))));
    }

    @ParameterizedTest
    @MethodSource("extrasThatChangeTheGuardrail")
    void aRequestCannotChangeTheGuardrail(Map<String, ?> extra) {
        CompletionRequest.Builder request =
                CompletionRequest.builder().user("Hello").extra(extra);
        assertRefused(to(request, new ConverseSettings("gr-1", "3", Set.of())), Kind.INVALID_REQUEST)
                .hasMessageContaining("guardrail");
        assertThat(to(request, new ConverseSettings("gr-1", "3", true, Set.of()))
                        .bytes())
                .as("with guardrailReplaceable")
                .isNotEmpty();
    }

    private static ConverseRequestCases.Case to(CompletionRequest.Builder request, ConverseSettings settings) {
        return new ConverseRequestCases.Case(ModelFamily.ANTHROPIC, false, settings, request.build());
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(ConverseRequestCases.Case refused, Kind kind) {
        return assertThatThrownBy(refused::bytes).isInstanceOfSatisfying(LlmException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.refusedBeforeSending()).isTrue();
        });
    }
}
