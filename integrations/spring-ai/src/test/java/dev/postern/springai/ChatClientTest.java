package dev.postern.springai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.json.JsonObject;
import dev.postern.testkit.WireServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.AdvisorParams;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.model.ChatResponse;

/** A chat client over a server with OpenAI's API. */
class ChatClientTest {
    /** What is asked for. */
    record Person(String name, int born) {}

    private static List<String> roles(WireServer server, int request) {
        return server.request(request).json().objects("messages").stream()
                .map(message -> message.text("role"))
                .toList();
    }

    @Test
    void runsToolsAndAddsUpTheirUsage() {
        try (WireServer server = WireServer.openai()
                        .toolCall("get_weather", Map.of("city", "Paris"))
                        .answer("18 ", "degrees.");
                LlmProvider llm = Models.provider(server)) {
            ChatResponse response = ChatClient.create(Models.over(llm))
                    .prompt("Weather in Paris?")
                    .tools(Models.weather())
                    .call()
                    .chatResponse();

            assertThat(Models.message(response).getText()).isEqualTo("18 degrees.");
            assertThat(response.getMetadata().getUsage().getPromptTokens()).isEqualTo(20);
            assertThat(response.getMetadata().getUsage().getCompletionTokens()).isEqualTo(10);
            assertThat(roles(server, 1)).containsExactly("user", "assistant", "tool");
            JsonObject tool = server.request(1).json().objects("messages").get(2);
            assertThat(tool.text("content")).contains("18 degrees in Paris");
        }
    }

    @Test
    void remembersAConversation() {
        ChatMemory memory = MessageWindowChatMemory.builder().build();
        try (WireServer server = WireServer.openai().answer("Hello, Ann.").answer("Ann.");
                LlmProvider llm = Models.provider(server)) {
            ChatClient client = ChatClient.builder(Models.over(llm))
                    .defaultAdvisors(MessageChatMemoryAdvisor.builder(memory).build())
                    .build();

            ask(client, "I am Ann.");
            String answer = ask(client, "Who am I?");

            assertThat(answer).isEqualTo("Ann.");
            assertThat(roles(server, 1)).containsExactly("user", "assistant", "user");
        }
    }

    private static String ask(ChatClient client, String question) {
        return client.prompt(question)
                .advisors(advisor -> advisor.param(ChatMemory.CONVERSATION_ID, "c"))
                .call()
                .content();
    }

    @Test
    void readsARecordOfAnAnswer() {
        try (WireServer server = WireServer.openai().answer("{\"name\":\"Ada Lovelace\",\"born\":1815}");
                LlmProvider llm = Models.provider(server)) {
            Person person = ChatClient.create(Models.over(llm))
                    .prompt("Who wrote the first program?")
                    .call()
                    .entity(Person.class);

            assertThat(person).isEqualTo(new Person("Ada Lovelace", 1815));
            assertThat(server.request(0).json().has("response_format")).isFalse();
        }
    }

    /** With Spring AI's switch, the schema goes into the request instead of the question. */
    @Test
    void asksTheServerForTheSchema() {
        try (WireServer server = WireServer.openai().answer("{\"name\":\"Ada Lovelace\",\"born\":1815}");
                LlmProvider llm = Models.provider(server)) {
            Person person = ChatClient.create(Models.over(llm))
                    .prompt("Who wrote the first program?")
                    .advisors(AdvisorParams.ENABLE_NATIVE_STRUCTURED_OUTPUT)
                    .call()
                    .entity(Person.class);

            assertThat(person).isEqualTo(new Person("Ada Lovelace", 1815));
            JsonObject format = server.request(0).json().object("response_format");
            assertThat(format.text("type")).isEqualTo("json_schema");
            assertThat(format.object("json_schema")
                            .object("schema")
                            .object("properties")
                            .names())
                    .containsExactlyInAnyOrder("name", "born");
            assertThat(server.request(0).json().objects("messages").get(0).text("content"))
                    .isEqualTo("Who wrote the first program?");
        }
    }

    @Test
    void streams() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo");
                LlmProvider llm = Models.provider(server)) {
            List<ChatResponse> responses = ChatClient.create(Models.over(llm))
                    .prompt("Hello")
                    .options(PosternChatOptions.builder().reasoningEffort("low"))
                    .stream()
                    .chatResponse()
                    .collectList()
                    .block();

            assertThat(responses).hasSize(3);
            String reason = Models.only(responses.get(2)).getMetadata().get(PosternChatModel.STOP_REASON);
            assertThat(reason).isEqualTo(StopReason.END_TURN.wire());
            assertThat(server.request(0).json().text("reasoning_effort")).isEqualTo("low");
        }
    }
}
