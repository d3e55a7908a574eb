package dev.postern.springai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.testkit.FakeLlm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;

/** Data that the backend expects back survives Spring AI's messages. */
class SignatureTest {
    private static final ProviderData DATA = new ProviderData("gemini", Map.of("thought_signature", "c2ln"));
    private static final Content SIGNED = new Content.Reasoning("Which city?", "sig-1", "", ProviderData.NONE);
    private static final Content REDACTED = new Content.Reasoning("", "", "cmVk", ProviderData.NONE);
    private static final ToolCall CALL =
            ToolCall.of("call_1", "get_weather", Map.of("city", "Paris")).with(DATA);
    private static final CompletionResponse ANSWER = CompletionResponse.builder()
            .model("m")
            .content(List.of(SIGNED, Content.text("Let me see."), REDACTED, Content.text(" Paris."), CALL))
            .stopReason(StopReason.TOOL_USE)
            .build();

    private final FakeLlm llm = FakeLlm.named("fake").thenAnswer(ANSWER).thenText("Sunny.");
    private final PosternChatModel model = Models.over(llm);
    private final Prompt prompt =
            Models.prompt("Weather?", PosternChatOptions.builder().toolCallbacks(Models.weather()));

    /** The assistant's message in the second request, after a conversation with this one went through the model again. */
    private Message sentBack(AssistantMessage message) {
        model.call(new Prompt(List.of(new UserMessage("Weather?"), message, new UserMessage("And now?"))));
        return llm.request(1).messages().get(1);
    }

    @Test
    void theLoopOfSpringAiKeepsThem() {
        ToolExecutionResult ran = ToolCallingManager.builder().build().executeToolCalls(prompt, model.call(prompt));
        model.call(new Prompt(ran.conversationHistory(), prompt.getOptions()));

        assertThat(llm.request(1).messages()).hasSize(3);
        assertThat(llm.request(1).messages().get(1)).isEqualTo(ANSWER.message());
        assertThat(llm.request(1).messages().get(2).toolResults().get(0).text()).contains("18 degrees in Paris");
    }

    @Test
    void theLoopOfTheChatClientKeepsThem() {
        String answer = ChatClient.create(model)
                .prompt("Weather?")
                .tools(Models.weather())
                .call()
                .content();

        assertThat(answer).isEqualTo("Sunny.");
        assertThat(llm.request(1).messages()).contains(ANSWER.message());
    }

    @Test
    void theStreamingLoopOfTheChatClientKeepsThem() {
        List<String> answer = ChatClient.create(model).prompt("Weather?").tools(Models.weather()).stream()
                .content()
                .collectList()
                .block();

        assertThat(String.join("", answer)).isEqualTo("Let me see. Paris.Sunny.");
        assertThat(llm.request(1).messages()).contains(ANSWER.message());
    }

    @Test
    void anAggregatedStreamKeepsThem() {
        ChatResponse[] whole = new ChatResponse[1];
        new MessageAggregator()
                .aggregate(model.stream(prompt), response -> whole[0] = response)
                .blockLast();

        assertThat(sentBack(Models.message(whole[0]))).isEqualTo(ANSWER.message());
    }

    /** An application may keep only the last response of a stream, which does not repeat the text. */
    @Test
    void theLastResponseOfAStreamKeepsThemWithoutTheText() {
        ChatResponse last = model.stream(prompt).blockLast();

        assertThat(sentBack(Models.message(last)).parts()).containsExactly(SIGNED, REDACTED, CALL);
    }

    @Test
    void aCopyKeepsThem() {
        assertThat(sentBack(Models.message(model.call(prompt)).copy())).isEqualTo(ANSWER.message());
    }

    @Test
    void aMessageThatTheApplicationChangedIsSentAsItStands() {
        AssistantMessage changed = Models.message(model.call(prompt))
                .mutate()
                .content("I do not know.")
                .build();

        assertThat(sentBack(changed).parts())
                .containsExactly(
                        Content.Reasoning.of("Which city?"),
                        Content.text("I do not know."),
                        CALL.with(ProviderData.NONE));
    }

    @Test
    void aChangeOfTheSameLengthIsSeen() {
        AssistantMessage changed = Models.message(model.call(prompt))
                .mutate()
                .toolCalls(List.of(
                        new AssistantMessage.ToolCall("call_1", "function", "get_weather", "{\"city\":\"Turin\"}")))
                .build();
        assertThat(sentBack(changed).toolCalls())
                .containsExactly(ToolCall.of("call_1", "get_weather", Map.of("city", "Turin")));
    }

    @Test
    void callsThatTheApplicationRemovedAreNotSent() {
        AssistantMessage changed =
                Models.message(model.call(prompt)).mutate().toolCalls(List.of()).build();

        assertThat(sentBack(changed).toolCalls()).isEmpty();
        assertThat(llm.request(1).messages().get(1).text()).isEqualTo("Let me see. Paris.");
    }

    @Test
    void metadataThatIsBrokenIsIgnored() {
        for (String broken :
                List.of("[", "{}", "[{\"text\":-1}]", "[{\"call\":\"other\"}]", "[{\"reasoning\":99}]", "[7]")) {
            FakeLlm fresh = FakeLlm.answering("Hi");
            AssistantMessage message = AssistantMessage.builder()
                    .content("Hello")
                    .properties(Map.of(PosternChatModel.PARTS, broken))
                    .build();

            Models.over(fresh).call(new Prompt(List.of(message, new UserMessage("And?"))));

            assertThat(fresh.request(0).messages().get(0)).as(broken).isEqualTo(Message.assistant("Hello"));
        }
    }
}
