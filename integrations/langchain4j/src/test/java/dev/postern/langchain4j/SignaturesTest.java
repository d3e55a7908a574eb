package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.testkit.FakeLlm;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a server expects back survives a loop of LangChain4j, in its place, and says where it comes from. */
class SignaturesTest {
    private static final ProviderData DATA = new ProviderData("gemini", Map.of("thought_signature", "s2"));
    private static final CompletionResponse ANSWER = CompletionResponse.builder()
            .content(List.of(
                    new Content.Reasoning("First.", "s1", "", ProviderData.NONE),
                    Content.text("I look. "),
                    new Content.Reasoning("", "", "c2VjcmV0", ProviderData.NONE),
                    new Content.Reasoning("Then.", "", "", new ProviderData("openrouter", Map.of("n", 1))),
                    Content.text("And again."),
                    ToolCall.of("c1", "weather", Map.of("city", "Paris")).with(DATA),
                    ToolCall.of("c2", "weather", Map.of("city", "Rome"))))
            .stopReason(StopReason.TOOL_USE)
            .build();

    private final FakeLlm llm = FakeLlm.named("fake").thenAnswer(ANSWER).thenText("Sunny.");

    /** The message of the assistant in the second request of a loop. */
    private Message sentBack(AiMessage message) {
        PosternChatModel.of(llm)
                .chat(ChatRequest.builder()
                        .messages(
                                UserMessage.from("Hi"),
                                message,
                                ToolExecutionResultMessage.from("c1", "weather", "18 °C"),
                                ToolExecutionResultMessage.from("c2", "weather", "25 °C"))
                        .build());
        return llm.request(llm.requests().size() - 1).messages().get(1);
    }

    private AiMessage answer() {
        return PosternChatModel.of(llm).chat(UserMessage.from("Hi")).aiMessage();
    }

    @Test
    void aMessageComesBackAsItWas() {
        AiMessage message = answer();

        assertThat(message.text()).isEqualTo("I look. And again.");
        assertThat(message.thinking()).isEqualTo("First.Then.");
        assertThat(sentBack(message)).isEqualTo(ANSWER.message());
    }

    @Test
    void aStreamKeepsTheSame() throws Exception {
        CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
        PosternStreamingChatModel.of(llm).chat("Hi", new StreamingChatResponseHandler() {
            @Override
            public void onCompleteResponse(ChatResponse response) {
                answer.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                answer.completeExceptionally(error);
            }
        });

        assertThat(sentBack(answer.get(30, TimeUnit.SECONDS).aiMessage())).isEqualTo(ANSWER.message());
    }

    @Test
    void aMemoryThatStoresJsonKeepsIt() {
        ChatMessage stored = ChatMessageDeserializer.messageFromJson(ChatMessageSerializer.messageToJson(answer()));

        assertThat(sentBack((AiMessage) stored)).isEqualTo(ANSWER.message());
    }

    @Test
    void aTextThatTheApplicationChangedLosesItsPlaceOnly() {
        Message sent = sentBack(answer().withText("I look twice."));

        assertThat(sent.parts())
                .containsExactly(
                        new Content.Reasoning("First.", "s1", "", ProviderData.NONE),
                        new Content.Reasoning("", "", "c2VjcmV0", ProviderData.NONE),
                        new Content.Reasoning("Then.", "", "", new ProviderData("openrouter", Map.of("n", 1))),
                        Content.text("I look twice."),
                        ToolCall.of("c1", "weather", Map.of("city", "Paris")).with(DATA),
                        ToolCall.of("c2", "weather", Map.of("city", "Rome")));
    }

    @Test
    void changedThinkingIsSentWithoutASignature() {
        Message sent = sentBack(answer().toBuilder().thinking("Other.").build());

        assertThat(sent.parts()).first().isEqualTo(Content.Reasoning.of("Other."));
        assertThat(sent.toolCalls())
                .first()
                .isEqualTo(ToolCall.of("c1", "weather", Map.of("city", "Paris")).with(DATA));
    }

    @Test
    void aChangeOfTheSameLengthIsSeen() {
        AiMessage message = answer();
        ToolExecutionRequest other = message.toolExecutionRequests().get(0).toBuilder()
                .arguments("{\"city\":\"Turin\"}")
                .build();
        AiMessage changed = message.toBuilder()
                .text("I look. And never.")
                .thinking("First?Then!")
                .toolExecutionRequests(
                        List.of(other, message.toolExecutionRequests().get(1)))
                .build();
        Message sent = sentBack(changed);

        assertThat(sent.parts()).startsWith(Content.Reasoning.of("First?Then!"), Content.text("I look. And never."));
        assertThat(sent.toolCalls()).first().isEqualTo(ToolCall.of("c1", "weather", Map.of("city", "Turin")));
    }

    @Test
    void aPlainAnswerHasNoAttributes() {
        llm.thenText("Hello");
        answer();
        answer();

        assertThat(answer().attributes()).isEmpty();
    }
}
