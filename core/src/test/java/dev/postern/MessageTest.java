package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessageTest {
    private static final Content TEXT = Content.text("Hi");
    private static final Content IMAGE = Content.imageUrl("https://h/a.png");
    private static final Content DOCUMENT = Content.document("application/pdf", "a.pdf", new byte[] {1});
    private static final Content AUDIO = Content.audio("audio/wav", new byte[] {1});
    private static final Content REASONING = Content.Reasoning.of("hm");
    private static final ToolCall CALL = ToolCall.of("c1", "weather", Map.of());
    private static final ToolResult RESULT = ToolResult.of("c1", "18 C");
    private static final List<Content> EVERY_PART = List.of(TEXT, IMAGE, DOCUMENT, AUDIO, REASONING, CALL, RESULT);

    /** The parts that only a model can say. */
    private static final List<Content> OF_THE_MODEL = List.of(REASONING, CALL);

    static Stream<Arguments> rolesAndParts() {
        return Arrays.stream(Role.values()).flatMap(role -> EVERY_PART.stream().map(part -> arguments(role, part)));
    }

    @ParameterizedTest
    @MethodSource("rolesAndParts")
    void allowsReasoningAndToolCallsForTheAssistantOnly(Role role, Content part) {
        if (role == Role.ASSISTANT || !OF_THE_MODEL.contains(part)) {
            assertThatCode(() -> new Message(role, List.of(TEXT, part))).doesNotThrowAnyException();
        } else {
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(() -> new Message(role, List.of(TEXT, part)))
                    .withMessage("content: " + part.getClass().getSimpleName()
                            + " belongs in a message of the assistant, not of role " + role.wire())
                    .satisfies(refused -> assertThat(refused.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST));
        }
    }

    @Test
    void coversEveryKindOfContent() {
        assertThat(EVERY_PART)
                .extracting(Object::getClass)
                .containsExactlyInAnyOrder(Content.class.getPermittedSubclasses());
    }

    @Test
    void hasTheRoleOfItsFactory() {
        assertThat(Message.user("Hi")).isEqualTo(new Message(Role.USER, List.of(TEXT)));
        assertThat(Message.user(TEXT, IMAGE)).isEqualTo(new Message(Role.USER, List.of(TEXT, IMAGE)));
        assertThat(Message.system("Hi")).isEqualTo(new Message(Role.SYSTEM, List.of(TEXT)));
        assertThat(Message.developer("Hi")).isEqualTo(new Message(Role.DEVELOPER, List.of(TEXT)));
        assertThat(Message.assistant("Hi")).isEqualTo(new Message(Role.ASSISTANT, List.of(TEXT)));
        assertThat(Message.toolResults(RESULT)).isEqualTo(new Message(Role.TOOL, List.of(RESULT)));
        assertThat(Message.toolResults(List.of(RESULT))).isEqualTo(Message.toolResults(RESULT));
    }

    @Test
    void findsItsPartsByTheirKindInOrder() {
        ToolCall second = ToolCall.of("c2", "clock", Map.of());
        Message message = new Message(
                Role.ASSISTANT,
                List.of(REASONING, TEXT, CALL, Content.Reasoning.of("ok"), Content.text("!"), second, RESULT));

        assertThat(message.text()).isEqualTo("Hi!");
        assertThat(message.reasoning()).isEqualTo("hmok");
        assertThat(message.toolCalls()).containsExactly(CALL, second);
        assertThat(message.toolResults()).containsExactly(RESULT);
    }

    @Test
    void comparesTheNamesOfAuthors() {
        Message alice = Message.user("Hi").withName("alice");

        assertThat(alice).isEqualTo(new Message(Role.USER, List.of(TEXT), "alice"));
        assertThat(alice.name()).isEqualTo("alice");
        assertThat(alice).isNotEqualTo(Message.user("Hi"));
        assertThat(Message.user("Hi").name()).isEmpty();
    }

    @Test
    void mayBeEmpty() {
        Message message = Message.user();

        assertThat(message.parts()).isEmpty();
        assertThat(message.text()).isEmpty();
        assertThat(message.reasoning()).isEmpty();
        assertThat(message.toolCalls()).isEmpty();
        assertThat(message.toolResults()).isEmpty();
    }

    @Test
    void isImmutable() {
        List<Content> parts = new ArrayList<>(List.of(TEXT));
        Content[] array = {TEXT};
        Message fromList = new Message(Role.USER, parts);
        Message fromArray = Message.user(array);
        parts.add(IMAGE);
        array[0] = IMAGE;

        assertThat(fromList.parts()).containsExactly(TEXT);
        assertThat(fromArray.parts()).containsExactly(TEXT);
        assertThatThrownBy(() -> fromList.parts().add(IMAGE)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> fromList.toolCalls().add(CALL)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void namesRolesAndStopReasonsAsInTheWireFormat() {
        assertThat(Role.values())
                .extracting(Role::wire)
                .containsExactly("system", "developer", "user", "assistant", "tool");
        assertThat(StopReason.values())
                .extracting(StopReason::wire)
                .containsExactly("end_turn", "tool_use", "max_tokens", "stop_sequence", "content_filter", "other");
    }
}
