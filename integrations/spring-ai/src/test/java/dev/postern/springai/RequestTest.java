package dev.postern.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallContext;
import dev.postern.CallOptions;
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
import dev.postern.testkit.FakeLlm;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.util.MimeType;

/** What a prompt becomes. */
class RequestTest {
    private static final byte[] BYTES = {1, 2, 3};
    private static final String BASE64 = "AQID";

    private final FakeLlm llm = FakeLlm.answering("Hi").repeatLast();
    private final PosternChatModel model = PosternChatModel.builder(llm)
            .options(PosternChatOptions.builder()
                    .model("default")
                    .temperature(0.3)
                    .seed(1L)
                    .build())
            .build();

    private CompletionRequest sent(Prompt prompt) {
        model.call(prompt);
        return llm.request(llm.requests().size() - 1);
    }

    private CompletionRequest sent(PosternChatOptions.Builder options) {
        return sent(Models.prompt("Hello", options));
    }

    private List<Content> parts(Media media) {
        return sent(new Prompt(UserMessage.builder().text("Look").media(media).build()))
                .messages()
                .get(0)
                .parts();
    }

    private LlmException refused(Prompt prompt) {
        LlmException failure = catchThrowableOfType(LlmException.class, () -> model.call(prompt));
        assertThat(failure.refusedBeforeSending()).isTrue();
        assertThat(llm.requests()).isEmpty();
        return failure;
    }

    @Test
    void aPromptWithoutOptionsHasThoseOfTheModel() {
        CompletionRequest request = sent(new Prompt("Hello"));

        assertThat(request)
                .isEqualTo(CompletionRequest.builder()
                        .model("default")
                        .temperature(0.3)
                        .seed(1L)
                        .user("Hello")
                        .build());
    }

    @Test
    void optionsOfPosternReplaceThoseOfTheModel() {
        assertThat(sent(PosternChatOptions.builder().maxTokens(5)))
                .isEqualTo(
                        CompletionRequest.builder().maxTokens(5).user("Hello").build());
    }

    @Test
    void otherOptionsAreLaidOverThoseOfTheModel() {
        CompletionRequest request = sent(new Prompt(
                "Hello", ChatOptions.builder().temperature(0.9).topP(0.5).build()));

        assertThat(request.model()).isEqualTo("default");
        assertThat(request.seed()).hasValue(1);
        assertThat(request.temperature()).hasValue(0.9);
        assertThat(request.topP()).hasValue(0.5);
    }

    @Test
    void toolsOfOtherOptionsAreOffered() {
        ToolCallingChatOptions options =
                ToolCallingChatOptions.builder().toolCallbacks(Models.weather()).build();

        List<ToolDefinition> tools = sent(new Prompt("Hello", options)).tools();

        assertThat(tools).hasSize(1);
        assertThat(tools.get(0).name()).isEqualTo("get_weather");
        assertThat(tools.get(0).description()).isEqualTo("The weather in a city.");
        assertThat(tools.get(0).inputSchema()).containsEntry("type", "object").containsKey("properties");
    }

    @Test
    void everyOptionHasItsPlace() {
        CallOptions callOptions = CallOptions.builder().header("x-team", "red").build();
        CompletionRequest request = sent(PosternChatOptions.builder()
                .model("m")
                .backend("eu")
                .temperature(0.5)
                .topP(0.9)
                .topK(40)
                .maxTokens(100)
                .presencePenalty(0.1)
                .frequencyPenalty(0.2)
                .stopSequences(List.of("END", "STOP"))
                .toolCallbacks(Models.weather())
                .toolChoice(ToolChoice.ANY)
                .parallelToolCalls(false)
                .seed(7L)
                .reasoningEffort("low")
                .requestMetadata(Map.of("team", "red"))
                .notes(Map.of("ticket", 5))
                .extra(Map.of("store", true))
                .responseFormat(ResponseFormat.jsonObject())
                .callOptions(callOptions));

        CompletionRequest expected = CompletionRequest.builder()
                .model("m")
                .backend("eu")
                .temperature(0.5)
                .topP(0.9)
                .maxTokens(100)
                .presencePenalty(0.1)
                .frequencyPenalty(0.2)
                .stop("END", "STOP")
                .tools(request.tools())
                .toolChoice(ToolChoice.ANY)
                .parallelToolCalls(false)
                .seed(7L)
                .reasoningEffort("low")
                .requestMetadata(Map.of("team", "red"))
                .notes(Map.of("ticket", 5))
                .extra(Map.of("store", true, "top_k", 40))
                .responseFormat(ResponseFormat.jsonObject())
                .options(callOptions)
                .user("Hello")
                .build();
        assertThat(request).isEqualTo(expected);
        assertThat(request.tools()).hasSize(1);
    }

    @Test
    void anExtraFieldWinsOverTopK() {
        assertThat(sent(PosternChatOptions.builder().topK(40).extra(Map.of("top_k", 5)))
                        .extra())
                .containsOnly(Map.entry("top_k", 5));
    }

    @Test
    void anOutputSchemaIsAStrictFormat() {
        CompletionRequest request = sent(PosternChatOptions.builder()
                .responseFormat(ResponseFormat.jsonObject())
                .outputSchema("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}"));

        assertThat(request.responseFormat())
                .contains(ResponseFormat.jsonSchema(
                        "response", Map.of("type", "object", "properties", Map.of("a", Map.of("type", "string")))));
    }

    @Test
    void theContextOfTheOptionsWinsOverThatOfTheTools() {
        CallContext ann = CallContext.builder().user("ann").build();
        CallContext bob = CallContext.builder().user("bob").build();
        PosternChatOptions.Builder options =
                PosternChatOptions.builder().toolContext(PosternChatModel.CALL_CONTEXT, ann);

        assertThat(sent(options).context()).isSameAs(ann);
        assertThat(sent(options.callContext(bob)).context()).isSameAs(bob);
        assertThat(sent(PosternChatOptions.builder()).context()).isSameAs(CallContext.NONE);
    }

    @Test
    void aConversationKeepsItsOrder() {
        CompletionRequest request = sent(new Prompt(
                new SystemMessage("Be brief."),
                new UserMessage("Weather?"),
                AssistantMessage.builder()
                        .content("Let me see.")
                        .toolCalls(List.of(
                                new AssistantMessage.ToolCall("1", "function", "get_weather", "{\"city\":\"Paris\"}"),
                                new AssistantMessage.ToolCall("2", "function", "get_time", ""),
                                new AssistantMessage.ToolCall("3", "function", "get_time", "not JSON")))
                        .build(),
                ToolResponseMessage.builder()
                        .responses(List.of(
                                new ToolResponseMessage.ToolResponse("1", "get_weather", "sunny"),
                                new ToolResponseMessage.ToolResponse("2", "get_time", "noon")))
                        .build(),
                new SystemMessage("Now in French.")));

        assertThat(request.system()).isEqualTo("Be brief.");
        assertThat(request.messages())
                .containsExactly(
                        Message.user("Weather?"),
                        new Message(
                                Role.ASSISTANT,
                                List.of(
                                        Content.text("Let me see."),
                                        ToolCall.of("1", "get_weather", Map.of("city", "Paris")),
                                        ToolCall.of("2", "get_time", Map.of()),
                                        ToolCall.malformed("3", "get_time", "not JSON"))),
                        Message.toolResults(ToolResult.of("1", "sunny"), ToolResult.of("2", "noon")),
                        Message.system("Now in French."));
    }

    /** Spring AI's tool loop without a history sends an empty one. */
    @Test
    void anEmptySystemMessageIsLeftOut() {
        assertThat(sent(new Prompt(new SystemMessage(""), new UserMessage("Hello")))
                        .messages())
                .containsExactly(Message.user("Hello"));
        assertThat(sent(new Prompt(new UserMessage("Hello"), new SystemMessage("")))
                        .messages())
                .containsExactly(Message.user("Hello"));
    }

    @Test
    void aSystemMessageAloneIsAMessage() {
        assertThat(sent(new Prompt(new SystemMessage("Begin."))).messages()).containsExactly(Message.system("Begin."));
    }

    @Test
    void anImageIsBytesOrAUrl() throws Exception {
        Content bytes = new Content.Image("image/png", BASE64, "");
        Media.Builder png = Media.builder().mimeType(Media.Format.IMAGE_PNG);

        assertThat(parts(png.data(BYTES).build())).containsExactly(Content.text("Look"), bytes);
        assertThat(parts(png.data(BASE64).build())).endsWith(bytes);
        assertThat(parts(png.data("data:image/png;base64," + BASE64).build())).endsWith(bytes);
        assertThat(parts(png.data(URI.create("https://example.com/a.png")).build()))
                .endsWith(Content.imageUrl("https://example.com/a.png"));
        assertThat(parts(png.data(URI.create("https://example.com/a.png").toURL())
                        .build()))
                .endsWith(Content.imageUrl("https://example.com/a.png"));
    }

    @Test
    void aDocumentHasItsName() {
        Media pdf = Media.builder()
                .mimeType(Media.Format.DOC_PDF)
                .data(BYTES)
                .name("report")
                .build();

        assertThat(parts(pdf)).endsWith(new Content.Document("application/pdf", "report", BASE64));
    }

    @Test
    void soundIsAudio() {
        Media wav = Media.builder()
                .mimeType(MimeType.valueOf("audio/wav;rate=8000"))
                .data(BYTES)
                .build();

        assertThat(parts(wav)).endsWith(new Content.Audio("audio/wav", BASE64));
    }

    @Test
    void mediaWithoutAPlaceAreRefused() {
        Media video =
                Media.builder().mimeType(Media.Format.VIDEO_MP4).data(BYTES).build();
        Media remote = Media.builder()
                .mimeType(Media.Format.DOC_PDF)
                .data("https://example.com/a.pdf")
                .build();
        Media plain = Media.builder()
                .mimeType(Media.Format.IMAGE_PNG)
                .data("data:image/png,abc")
                .build();

        assertThat(refused(with(video)).kind()).isEqualTo(Kind.UNSUPPORTED);
        assertThat(refused(with(remote)).kind()).isEqualTo(Kind.UNSUPPORTED);
        assertThat(refused(with(plain)).kind()).isEqualTo(Kind.INVALID_REQUEST);
    }

    private static Prompt with(Media media) {
        return new Prompt(UserMessage.builder().text("Look").media(media).build());
    }

    @Test
    void schemasThatAreNotJsonAreRefused() {
        LlmException output =
                refused(Models.prompt("Hello", PosternChatOptions.builder().outputSchema("[]")));

        assertThat(output.kind()).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(output).hasMessageContaining("output schema");
    }

    @Test
    void aResultWithoutAnIdIsRefused() {
        Prompt prompt = new Prompt(ToolResponseMessage.builder()
                .responses(List.of(new ToolResponseMessage.ToolResponse("", "get_weather", "sunny")))
                .build());

        assertThat(refused(prompt)).hasMessageContaining("tool_use_id");
    }
}
