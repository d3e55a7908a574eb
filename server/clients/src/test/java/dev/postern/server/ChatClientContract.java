package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.StopReason;
import dev.postern.Usage;
import dev.postern.server.DoorClient.Reply;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client of OpenAI's API must get from the gateway. */
abstract class ChatClientContract extends DoorClientContract {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void reasoningComesBesideTheText(boolean stream) throws Exception {
        gateway.openai.answer(CompletionResponse.builder()
                .content(List.of(Content.Reasoning.of("Where is it?"), Content.text("In France.")))
                .stopReason(StopReason.END_TURN)
                .usage(Usage.of(10, 5))
                .build());
        try (DoorClient client = client()) {
            Reply reply = client.ask(ask(OPENAI, stream, "Paris?"));
            assertThat(reply.text()).isEqualTo("In France.");
            if (showsThinking(stream)) {
                assertThat(reply.thinking()).isEqualTo("Where is it?");
            }
        }
    }

    /** A finish reason in Anthropic's words, which the tests use. */
    static String stopReason(String finishReason) {
        return switch (finishReason) {
            case "stop" -> "end_turn";
            case "length" -> "max_tokens";
            case "tool_calls" -> "tool_use";
            default -> finishReason;
        };
    }
}
