package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.JsonObject;
import dev.postern.server.DoorClient.Ask;
import dev.postern.server.DoorClient.Reply;
import dev.postern.server.DoorClient.Result;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client of Anthropic's API must get from the gateway. */
abstract class MessagesClientContract extends DoorClientContract {
    private static final String CLAUDE = "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thinkingComesBackToItsBackend(boolean stream) throws Exception {
        gateway.bedrock
                .answer(CompletionResponse.builder()
                        .content(List.of(
                                new Content.Reasoning("Where is it?", "c2ln", "", ProviderData.NONE),
                                ToolCall.of("a", DoorClient.TOOL, Map.of("city", "Paris"))))
                        .stopReason(StopReason.TOOL_USE)
                        .usage(Usage.of(10, 5))
                        .build())
                .answer("It is warm.");
        try (DoorClient client = client()) {
            Reply call = client.ask(new Ask(CLAUDE, stream, true, List.of("Weather?")));
            assertThat(call.calls()).hasSize(1);
            if (showsThinking(stream)) {
                assertThat(call.thinking()).isEqualTo("Where is it?");
            }
            Result result = new Result(call.calls().get(0), "18 C");
            Reply last = client.ask(new Ask(CLAUDE, stream, true, List.of("Weather?", call, List.of(result))));
            assertThat(last.text()).isEqualTo("It is warm.");
        }
        assertThat(gateway.bedrock
                        .request(0)
                        .json()
                        .object("additionalModelRequestFields")
                        .object("thinking")
                        .integer("budget_tokens", 0))
                .isEqualTo(2_000);
        JsonObject thought = gateway.bedrock
                .request(1)
                .json()
                .objects("messages")
                .get(1)
                .objects("content")
                .get(0)
                .object("reasoningContent")
                .object("reasoningText");
        assertThat(thought.text("text")).isEqualTo("Where is it?");
        assertThat(thought.text("signature")).isEqualTo("c2ln");
    }
}
