package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.ResponseFormat;
import dev.postern.Role;
import dev.postern.Timeouts;
import dev.postern.ToolCall;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Which request of LangChain4j a request of Postern becomes. */
class ProviderRequestsTest {
    private final List<ChatRequest> requests = new ArrayList<>();

    private ChatRequest sent(CompletionRequest request) {
        try (LangChain4jProvider provider = LangChain4jProvider.of("m", new BlockingModel(question -> {
            requests.add(question);
            return ScriptedModel.answer("ok");
        }))) {
            provider.completions(request);
        }
        return requests.get(requests.size() - 1);
    }

    private ChatRequest sent(UnaryOperator<CompletionRequest.Builder> change) {
        return sent(change.apply(CompletionRequest.builder().user("Hi")).build());
    }

    @Test
    void messagesOfEachKind() {
        ProviderData own = new ProviderData("langchain4j:m", Map.of("thinking_signature", "s"));
        ProviderData others = new ProviderData("langchain4j:other", Map.of("thinking_signature", "x"));

        assertThat(sent(CompletionRequest.builder()
                                .system("Be brief.")
                                .message(Message.developer("In English."))
                                .message(Message.user("Weather?").withName("ada"))
                                .message(new Message(
                                        Role.ASSISTANT,
                                        List.of(
                                                new Content.Reasoning("Hm.", "their signature", "", others),
                                                Content.text("I look."),
                                                ToolCall.of("c1", "weather", Map.of("city", "Paris")),
                                                ToolCall.malformed("c2", "weather", "{\"city"),
                                                new Content.Reasoning("", "", "", own))))
                                .toolResults(ToolResult.of("c1", "18 °C"), ToolResult.error("c2", "no city"))
                                .build())
                        .messages())
                .containsExactly(
                        SystemMessage.from("Be brief."),
                        SystemMessage.from("In English."),
                        UserMessage.from("ada", "Weather?"),
                        AiMessage.builder()
                                .thinking("Hm.")
                                .text("I look.")
                                .toolExecutionRequests(List.of(
                                        ToolExecutionRequest.builder()
                                                .id("c1")
                                                .name("weather")
                                                .arguments("{\"city\":\"Paris\"}")
                                                .build(),
                                        ToolExecutionRequest.builder()
                                                .id("c2")
                                                .name("weather")
                                                .arguments("{\"city")
                                                .build()))
                                .attributes(Map.of("thinking_signature", "s"))
                                .build(),
                        ToolExecutionResultMessage.from("c1", "weather", "18 °C"),
                        ToolExecutionResultMessage.builder()
                                .id("c2")
                                .toolName("weather")
                                .text("no city")
                                .isError(true)
                                .build());
    }

    @Test
    void partsOfEachKind() {
        assertThat(sent(CompletionRequest.builder()
                                .user(
                                        Content.text("Look"),
                                        new Content.Image("image/png", "aGk=", "", "high"),
                                        Content.imageUrl("http://example.com/a.png"),
                                        new Content.Document("application/pdf", "a.pdf", "aGk="),
                                        new Content.Audio("audio/wav", "aGk="))
                                .build())
                        .messages())
                .containsExactly(UserMessage.from(
                        TextContent.from("Look"),
                        ImageContent.from("aGk=", "image/png", ImageContent.DetailLevel.HIGH),
                        ImageContent.from(URI.create("http://example.com/a.png"), ImageContent.DetailLevel.AUTO),
                        PdfFileContent.from("aGk=", "application/pdf"),
                        AudioContent.from("aGk=", "audio/wav")));
    }

    @Test
    void parameters() {
        Map<String, Object> minimum = Map.of("type", "integer", "minimum", 0);
        ToolDefinition weather = ToolDefinition.of(
                        "weather",
                        "The weather.",
                        Map.of(
                                "type", "object",
                                "title", "Weather",
                                "properties", Map.of("days", Map.of("type", "integer"), "hours", minimum)))
                .withStrict(true);

        ChatRequestParameters sent = sent(request -> request.model("x")
                        .temperature(0.5)
                        .topP(0.9)
                        .frequencyPenalty(0.1)
                        .presencePenalty(0.2)
                        .maxTokens(7)
                        .stop("a")
                        .tool(weather)
                        .tool(ToolDefinition.of("now", "", Map.of()))
                        .toolChoice(ToolChoice.ANY))
                .parameters();

        assertThat(sent.modelName()).isEqualTo("x");
        assertThat(sent.temperature()).isEqualTo(0.5);
        assertThat(sent.topP()).isEqualTo(0.9);
        assertThat(sent.frequencyPenalty()).isEqualTo(0.1);
        assertThat(sent.presencePenalty()).isEqualTo(0.2);
        assertThat(sent.maxOutputTokens()).isEqualTo(7);
        assertThat(sent.stopSequences()).containsExactly("a");
        assertThat(sent.toolChoice()).isEqualTo(dev.langchain4j.model.chat.request.ToolChoice.REQUIRED);
        assertThat(sent.toolSpecifications())
                .containsExactly(
                        ToolSpecification.builder()
                                .name("weather")
                                .description("The weather.")
                                .parameters(JsonObjectSchema.builder()
                                        .addProperty("days", new JsonIntegerSchema())
                                        .addProperty(
                                                "hours", JsonRawSchema.from("{\"minimum\":0,\"type\":\"integer\"}"))
                                        .build())
                                .strict(true)
                                .build(),
                        ToolSpecification.builder()
                                .name("now")
                                .parameters(JsonObjectSchema.builder().build())
                                .build());
    }

    @Test
    void aNamedToolIsTheOnlyOneAndRequired() {
        ChatRequestParameters sent = sent(request -> request.tool(ToolDefinition.of("a", "", Map.of()))
                        .tool(ToolDefinition.of("b", "", Map.of()))
                        .toolChoice(ToolChoice.named("b")))
                .parameters();

        assertThat(sent.toolSpecifications())
                .extracting(ToolSpecification::name)
                .containsExactly("b");
        assertThat(sent.toolChoice()).isEqualTo(dev.langchain4j.model.chat.request.ToolChoice.REQUIRED);
    }

    @Test
    void formats() {
        assertThat(sent(request -> request.responseFormat(ResponseFormat.jsonObject()))
                        .responseFormat())
                .isEqualTo(dev.langchain4j.model.chat.request.ResponseFormat.JSON);
        var schema = sent(request -> request.responseFormat(ResponseFormat.jsonSchema(
                        "person", Map.of("type", "object", "properties", Map.of("age", Map.of("type", "integer"))))))
                .responseFormat();

        assertThat(schema.type()).isEqualTo(ResponseFormatType.JSON);
        assertThat(schema.jsonSchema().name()).isEqualTo("person");
        assertThat(schema.jsonSchema().rootElement())
                .isEqualTo(JsonObjectSchema.builder().addIntegerProperty("age").build());
    }

    @Test
    void whatLangChain4jHasNoWordForIsRefused() {
        refused("seed", request -> request.seed(1));
        refused("reasoningEffort", request -> request.reasoningEffort("low"));
        refused("parallelToolCalls", request -> request.parallelToolCalls(true));
        refused("extra", request -> request.extra(Map.of("top_k", 1)));
        refused("requestMetadata", request -> request.requestMetadata(Map.of("a", "b")));
        refused(
                "key of options",
                request -> request.options(CallOptions.builder().apiKey("k").build()));
        refused(
                "headers of options",
                request ->
                        request.options(CallOptions.builder().header("a", "b").build()));
        refused(
                "own form",
                request -> request.tool(ToolDefinition.of("a", "", Map.of()))
                        .toolChoice(new ToolChoice.Vendor(Map.of("type", "x"))));
        refused(
                "schema of the tool 'a'",
                request -> request.tool(ToolDefinition.of("a", "", Map.of("oneOf", List.of()))));
        refused("Document", request -> request.user(Content.documentId("f1")));
        assertThat(requests).isEmpty();
    }

    private void refused(String what, UnaryOperator<CompletionRequest.Builder> change) {
        assertThatThrownBy(() -> sent(change)).isInstanceOfSatisfying(LlmException.class, e -> {
            assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
            assertThat(e.refusedBeforeSending()).isTrue();
            assertThat(e.backend()).isEqualTo("m");
            assertThat(e).hasMessageContaining(what);
        });
    }

    @Test
    void whatNoServerGetsIsIgnored() {
        ChatRequest sent = sent(request -> request.notes(Map.of("a", "b"))
                .backend("m")
                .context(CallContext.builder().tenant("t").build())
                .options(CallOptions.builder()
                        .timeouts(Timeouts.defaults().withTotal(Duration.ofMinutes(1)))
                        .serverFields(true)
                        .build()));

        assertThat(sent.parameters()).isEqualTo(ChatRequestParameters.builder().build());
    }
}
