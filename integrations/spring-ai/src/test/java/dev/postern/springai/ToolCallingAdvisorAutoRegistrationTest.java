package dev.postern.springai;

import dev.postern.LlmProvider;
import dev.postern.testkit.WireServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.test.chat.client.advisor.AbstractToolCallingAdvisorAutoRegistrationIT;

/** The tests that Spring AI publishes for the tool loop that a chat client adds by itself, over a server. */
@Tag("full")
class ToolCallingAdvisorAutoRegistrationTest extends AbstractToolCallingAdvisorAutoRegistrationIT {
    private final WireServer server = WeatherServer.start();
    private final LlmProvider llm = Models.provider(server);

    @AfterEach
    void close() {
        llm.close();
        server.close();
    }

    @Override
    protected ChatModel getChatModel() {
        return Models.over(llm);
    }
}
