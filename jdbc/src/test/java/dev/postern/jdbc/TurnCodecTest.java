package dev.postern.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.agent.Turn;
import dev.postern.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Extreme turns that the random turns of the contract do not contain. */
class TurnCodecTest {

    private static Turn again(Turn turn) {
        return TurnCodec.read(TurnCodec.write(turn, Integer.MAX_VALUE));
    }

    private static Turn with(ToolCall call) {
        return new Turn(List.of(
                Message.user("q"),
                new Message(Role.ASSISTANT, List.of(call)),
                Message.toolResults(ToolResult.of(call.id(), "r")),
                Message.assistant("a")));
    }

    private static Map<String, Object> nested(int levels) {
        Object deep = "bottom";
        for (int i = 1; i < levels; i++) {
            deep = i % 2 == 0 ? List.of(deep) : Map.of("k", deep);
        }
        return Map.of("deep", deep);
    }

    @Test
    void deepArgumentsSurvive() {
        Turn turn = with(ToolCall.of("c", "t", nested(190)).with(new ProviderData("x", nested(190))));

        assertThat(again(turn)).isEqualTo(turn);
    }

    @Test
    void anUnreadableTurnIsRefusedBeforeItIsStored() {
        assertRefused(nested(200));
        assertRefused(Map.of("number", new BigInteger("9".repeat(2000))));
        assertRefused(Map.of("x".repeat(100_000), 1));
    }

    private static void assertRefused(Map<String, ?> input) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> TurnCodec.write(with(ToolCall.of("c", "t", input)), Integer.MAX_VALUE))
                .withMessageStartingWith("messages: the turn cannot be stored, because it could not be read again (")
                .extracting(LlmException::kind)
                .isEqualTo(LlmException.Kind.INVALID_REQUEST);
    }

    @Test
    void everyNumberKeepsItsValue() {
        List<Number> numbers = Arrays.asList(
                Integer.MAX_VALUE,
                Long.MIN_VALUE,
                new BigInteger("9".repeat(50)),
                new BigDecimal("0.1"),
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                -0.0,
                (short) 5);
        Turn turn = with(ToolCall.of("c", "t", Map.of("numbers", numbers)));

        assertThat(Json.text(again(turn).messages().get(1).toolCalls().get(0).input()))
                .isEqualTo(Json.text(turn.messages().get(1).toolCalls().get(0).input()));
    }

    @Test
    void aLargeImageSurvives() {
        Turn turn = new Turn(List.of(
                Message.user(Content.image("image/png", new byte[24 << 20])), Message.assistant("That is black.")));

        assertThat(again(turn)).isEqualTo(turn);
    }
}
