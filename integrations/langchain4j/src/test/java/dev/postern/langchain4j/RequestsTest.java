package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.audio.Audio;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.CustomMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.message.VideoContent;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.testkit.FakeLlm;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which request of Postern a request of LangChain4j becomes. */
class RequestsTest {
    private final FakeLlm llm = FakeLlm.answering("ok").repeatLast();

    private CompletionRequest sent(ChatRequestParameters parameters, ChatMessage... messages) {
        PosternChatModel.of(llm)
                .chat(ChatRequest.builder()
                        .messages(messages)
                        .parameters(parameters)
                        .build());
        return llm.request(llm.requests().size() - 1);
    }

    private List<Message> sent(ChatMessage... messages) {
        return sent(ChatRequestParameters.builder().build(), messages).messages();
    }

    @Test
    void messagesOfEachKind() {
        ToolExecutionRequest paris = call("c1", "weather", "{\"city\":\"Paris\"}");
        ToolExecutionRequest rome = call("c2", "weather", "");

        assertThat(sent(
                        SystemMessage.from("Be brief."),
                        UserMessage.from("ada", "Paris and Rome?"),
                        AiMessage.builder()
                                .text("I ask.")
                                .thinking("Two calls.")
                                .toolExecutionRequests(List.of(paris, rome))
                                .build(),
                        ToolExecutionResultMessage.from(paris, "18 °C"),
                        ToolExecutionResultMessage.builder()
                                .id("c2")
                                .toolName("weather")
                                .text("no city")
                                .isError(true)
                                .build(),
                        UserMessage.from("Thanks")))
                .containsExactly(
                        Message.system("Be brief."),
                        Message.user("Paris and Rome?").withName("ada"),
                        new Message(
                                Role.ASSISTANT,
                                List.of(
                                        Content.Reasoning.of("Two calls."),
                                        Content.text("I ask."),
                                        ToolCall.of("c1", "weather", Map.of("city", "Paris")),
                                        ToolCall.of("c2", "weather", Map.of()))),
                        Message.toolResults(ToolResult.of("c1", "18 °C"), ToolResult.error("c2", "no city")),
                        Message.user("Thanks"));
    }

    @Test
    void argumentsThatAreNoObjectStayText() {
        assertThat(sent(UserMessage.from("Hi"), AiMessage.from(call("c1", "weather", "{\"city\":\"Par"))))
                .element(1)
                .isEqualTo(
                        new Message(Role.ASSISTANT, List.of(ToolCall.malformed("c1", "weather", "{\"city\":\"Par"))));
    }

    @Test
    void callsWithoutIdsGetSome() {
        ToolExecutionRequest one = call(null, "weather", "{}");
        ToolExecutionRequest two = call(null, "time", "{}");

        List<Message> messages = sent(
                UserMessage.from("Hi"),
                AiMessage.from(one, two),
                ToolExecutionResultMessage.from(two, "noon"),
                ToolExecutionResultMessage.from(one, "sunny"));

        List<ToolCall> calls = messages.get(1).toolCalls();
        assertThat(calls).extracting(ToolCall::name).containsExactly("weather", "time");
        assertThat(messages.get(2).toolResults())
                .containsExactly(
                        ToolResult.of(calls.get(1).id(), "noon"),
                        ToolResult.of(calls.get(0).id(), "sunny"));
        assertThatThrownBy(() -> sent(ToolExecutionResultMessage.from(one, "sunny")))
                .isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("'weather' has no id");
    }

    @Test
    void contentsOfEachKind() {
        assertThat(sent(UserMessage.from(
                        TextContent.from("Look"),
                        ImageContent.from("aGk=", "image/png", ImageContent.DetailLevel.HIGH),
                        ImageContent.from(URI.create("http://example.com/a.png"), ImageContent.DetailLevel.AUTO),
                        PdfFileContent.from("aGk=", "application/pdf"),
                        AudioContent.from("aGk=", "audio/wav"),
                        AudioContent.from(Audio.builder()
                                .binaryData(new byte[] {1})
                                .mimeType("audio/mpeg")
                                .build()))))
                .containsExactly(Message.user(
                        Content.text("Look"),
                        new Content.Image("image/png", "aGk=", "", "high"),
                        new Content.Image("", "", "http://example.com/a.png", "auto"),
                        new Content.Document("application/pdf", "", "aGk="),
                        new Content.Audio("audio/wav", "aGk="),
                        new Content.Audio("audio/mpeg", "AQ==")));
    }

    @Test
    void commonParameters() {
        CompletionRequest sent = sent(
                ChatRequestParameters.builder()
                        .modelName("m")
                        .temperature(0.5)
                        .topP(0.9)
                        .frequencyPenalty(0.1)
                        .presencePenalty(0.2)
                        .maxOutputTokens(7)
                        .stopSequences("a", "b")
                        .toolSpecifications(
                                ToolSpecification.builder().name("now").build(),
                                ToolSpecification.builder()
                                        .name("weather")
                                        .description("The weather.")
                                        .parameters(JsonObjectSchema.builder()
                                                .addStringProperty("city")
                                                .required("city")
                                                .build())
                                        .strict(true)
                                        .build())
                        .toolChoice(ToolChoice.REQUIRED)
                        .build(),
                UserMessage.from("Hi"));

        assertThat(sent)
                .isEqualTo(CompletionRequest.builder()
                        .user("Hi")
                        .model("m")
                        .temperature(0.5)
                        .topP(0.9)
                        .frequencyPenalty(0.1)
                        .presencePenalty(0.2)
                        .maxTokens(7)
                        .stop("a", "b")
                        .tool(ToolDefinition.of("now", "", Map.of()))
                        .tool(ToolDefinition.of(
                                        "weather",
                                        "The weather.",
                                        Map.of(
                                                "type",
                                                "object",
                                                "properties",
                                                Map.of("city", Map.of("type", "string")),
                                                "required",
                                                List.of("city"),
                                                "additionalProperties",
                                                false))
                                .withStrict(true))
                        .toolChoice(dev.postern.ToolChoice.ANY)
                        .build());
    }

    @Test
    void parametersOfPostern() {
        CallContext context = CallContext.builder().tenant("t").build();
        CallOptions options = CallOptions.builder().header("x", "y").build();
        PosternChatRequestParameters own = PosternChatRequestParameters.builder()
                .backend("b")
                .seed(7L)
                .reasoningEffort("low")
                .parallelToolCalls(false)
                .extra(Map.of("top_k", 40))
                .requestMetadata(Map.of("job", "1"))
                .notes(Map.of("note", "n"))
                .context(context)
                .options(options)
                .temperature(0.1)
                .build();

        CompletionRequest sent = sent(own, UserMessage.from("Hi"));

        assertThat(sent)
                .isEqualTo(CompletionRequest.builder()
                        .user("Hi")
                        .backend("b")
                        .seed(7)
                        .reasoningEffort("low")
                        .parallelToolCalls(false)
                        .extra(Map.of("top_k", 40))
                        .requestMetadata(Map.of("job", "1"))
                        .notes(Map.of("note", "n"))
                        .options(options)
                        .temperature(0.1)
                        .build());
        assertThat(sent.context()).isSameAs(context);
        assertThat(own.toString()).contains("seed=7").doesNotContain("y]");
    }

    @Test
    void aRequestOverridesTheDefaults() {
        PosternChatModel model = PosternChatModel.builder(llm)
                .defaultRequestParameters(PosternChatRequestParameters.builder()
                        .modelName("default")
                        .seed(1L)
                        .reasoningEffort("low")
                        .build())
                .build();

        model.chat(ChatRequest.builder()
                .messages(UserMessage.from("Hi"))
                .parameters(ChatRequestParameters.builder().modelName("m").build())
                .build());
        model.chat(ChatRequest.builder()
                .messages(UserMessage.from("Hi"))
                .parameters(PosternChatRequestParameters.builder().seed(2L).build())
                .build());

        assertThat(llm.request(0).model()).isEqualTo("m");
        assertThat(llm.request(0).seed()).hasValue(1);
        assertThat(llm.request(1).model()).isEqualTo("default");
        assertThat(llm.request(1).seed()).hasValue(2);
        assertThat(llm.request(1).reasoningEffort()).isEqualTo("low");
    }

    @Test
    void whatPosternHasNoWordForIsRefused() {
        ChatRequestParameters topK = ChatRequestParameters.builder().topK(40).build();

        assertUnsupported("'topK'", () -> sent(topK, UserMessage.from("Hi")));
        assertUnsupported(
                "'topK'",
                () -> PosternChatModel.builder(llm)
                        .defaultRequestParameters(topK)
                        .build());
        assertUnsupported("CUSTOM", () -> sent(CustomMessage.from(Map.of("a", "b"))));
        assertUnsupported("VIDEO", () -> sent(UserMessage.from(VideoContent.from("aGk=", "video/mp4"))));
        assertUnsupported("PDF", () -> sent(UserMessage.from(PdfFileContent.from("http://example.com/a.pdf"))));
        assertUnsupported("Audio", () -> sent(UserMessage.from(AudioContent.from("http://example.com/a.wav"))));
        assertUnsupported(
                "ULTRA_HIGH",
                () -> sent(
                        UserMessage.from(ImageContent.from("aGk=", "image/png", ImageContent.DetailLevel.ULTRA_HIGH))));
        assertThat(llm.requests()).isEmpty();
    }

    private static void assertUnsupported(String what, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("not supported");
    }

    @Test
    void whatPosternRefusesIsAnInvalidRequest() {
        assertThatThrownBy(() ->
                        sent(ChatRequestParameters.builder().temperature(-1.0).build(), UserMessage.from("Hi")))
                .isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("temperature");
    }

    private static ToolExecutionRequest call(@Nullable String id, String name, String arguments) {
        return ToolExecutionRequest.builder()
                .id(id)
                .name(name)
                .arguments(arguments)
                .build();
    }
}
