package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TurnTest {
    private static final Message USER = Message.user("q");
    private static final Message ANSWER = Message.assistant("a");

    private static Message calls(String... ids) {
        List<Content> parts = new ArrayList<>();
        Arrays.stream(ids).forEach(id -> parts.add(ToolCall.of(id, "t", Map.of())));
        return new Message(Role.ASSISTANT, parts);
    }

    private static Message results(Role role, String... ids) {
        List<Content> parts = new ArrayList<>();
        Arrays.stream(ids).forEach(id -> parts.add(ToolResult.of(id, "r")));
        return new Message(role, parts);
    }

    static Stream<List<Message>> whole() {
        return Stream.of(
                List.of(USER, ANSWER),
                List.of(USER, USER, Message.system("s"), ANSWER, USER, ANSWER),
                List.of(Message.user(), new Message(Role.ASSISTANT, List.of())),
                List.of(USER, calls("a", "b"), results(Role.TOOL, "b", "a"), ANSWER),
                List.of(USER, calls("a", "b"), results(Role.TOOL, "a"), results(Role.USER, "b"), ANSWER),
                List.of(USER, calls("a"), results(Role.TOOL, "a"), calls("a"), results(Role.TOOL, "a"), ANSWER),
                List.of(USER, calls("a", "a"), results(Role.TOOL, "a", "a"), ANSWER));
    }

    @ParameterizedTest
    @MethodSource("whole")
    void acceptsWholeTurns(List<Message> messages) {
        assertThatCode(() -> new Turn(messages)).doesNotThrowAnyException();
    }

    static Stream<Arguments> halves() {
        String begin = "messages: a turn must begin with a message of the user.";
        String end = "messages: a turn must end with a message of the assistant without tool calls.";
        return Stream.of(
                arguments(List.of(), begin),
                arguments(List.of(ANSWER), begin),
                arguments(List.of(Message.system("s"), USER, ANSWER), begin),
                arguments(
                        List.of(results(Role.USER, "a"), ANSWER),
                        "messages[0]: has a result for 'a', which is not an open call of the message before."),
                arguments(List.of(USER), end),
                arguments(List.of(USER, ANSWER, USER), end),
                arguments(List.of(USER, calls("a")), end),
                arguments(List.of(USER, calls("a"), results(Role.TOOL, "a")), end),
                arguments(List.of(USER, calls("a"), ANSWER), "messages[2]: comes before the result of the call 'a'."),
                arguments(
                        List.of(USER, calls("a", "b"), results(Role.TOOL, "a"), ANSWER),
                        "messages[3]: comes before the result of the call 'b'."),
                arguments(
                        List.of(USER, calls("a"), Message.system("s"), results(Role.TOOL, "a"), ANSWER),
                        "messages[2]: comes before the result of the call 'a'."),
                arguments(
                        List.of(USER, calls("a"), results(Role.TOOL, "a", "a"), ANSWER),
                        "messages[2]: has a result for 'a', which is not an open call of the message before."),
                arguments(
                        List.of(USER, calls("a"), results(Role.TOOL, "a"), results(Role.TOOL, "a"), ANSWER),
                        "messages[3]: has a result for 'a', which is not an open call of the message before."),
                arguments(
                        List.of(USER, calls("a", "a"), results(Role.TOOL, "a"), ANSWER),
                        "messages[3]: comes before the result of the call 'a'."),
                arguments(
                        List.of(USER, calls("a"), results(Role.ASSISTANT, "a"), ANSWER),
                        "messages[2]: has a result for 'a', which is not an open call of the message before."));
    }

    @ParameterizedTest
    @MethodSource("halves")
    void refusesOtherMessagesWithThePath(List<Message> messages, String reason) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> new Turn(messages))
                .withMessage(reason)
                .extracting(LlmException::kind)
                .isEqualTo(LlmException.Kind.INVALID_REQUEST);
    }

    @Test
    void toStringShowsNoMessages() {
        Turn turn = Turn.of("my secret", "is safe");

        assertThat(turn).hasToString("Turn[2 messages]");
        assertThat(turn.question()).isEqualTo(Message.user("my secret"));
        assertThat(turn.answer()).isEqualTo(Message.assistant("is safe"));
    }

    @Test
    void copiesTheCallersList() {
        List<Message> messages = new ArrayList<>(List.of(USER, ANSWER));
        Turn turn = new Turn(messages);
        messages.clear();

        assertThat(turn.messages()).hasSize(2);
    }

    @Test
    void aSessionKeyRefusesNamesThatStoresCannotHold() {
        String longest = "x".repeat(255);
        assertThat(new SessionKey(longest, longest).session()).isEqualTo(longest);

        assertRefused("", "session_id: must not be empty.");
        assertRefused("x".repeat(256), "session_id: has 256 characters, but may have at most 255.");
        assertRefused("a\nb", "session_id: must not contain control characters.");
        assertRefused("a\uD800b", "session_id: contains U+D800, which is not a valid character.");
        assertRefused("a\uDC00", "session_id: contains U+DC00, which is not a valid character.");
        assertThat(new SessionKey("a", "🌍").session()).isEqualTo("🌍");
    }

    private static void assertRefused(String session, String reason) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> new SessionKey("agent", session))
                .withMessage(reason);
    }
}
