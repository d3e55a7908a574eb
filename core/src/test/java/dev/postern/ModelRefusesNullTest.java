package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each record of the model refuses null in each of its components. */
class ModelRefusesNullTest {
    private static final ToolCall CALL = ToolCall.of("c1", "t", Map.of());
    private static final OptionalLong NONE = OptionalLong.empty();

    private static final List<Record> WORDS = List.of(
            new Content.Text("a"),
            new Content.Image("image/png", "AAAA", ""),
            new Content.Image("", "", "https://h/a.png"),
            new Content.Document("application/pdf", "", "AAAA"),
            new Content.Document("", "", "", "file-1"),
            new Content.Audio("audio/wav", "AAAA"),
            Content.Reasoning.of("a"),
            CALL,
            ToolResult.of("c1", "a"),
            Message.user("a"),
            ToolDefinition.of("t", "", Map.of("type", "object")),
            new ToolChoice.Named("t"),
            new ToolChoice.Vendor(Map.of()),
            new ResponseFormat.JsonSchema("s", Map.of("type", "object"), true),
            new ProviderData("o", Map.of()),
            Timeouts.defaults(),
            new Usage(1, 2, NONE, NONE, NONE),
            new ModelInfo("m", "p", List.of()),
            ProviderHealth.up("fine"),
            new StreamEvent.ContentDelta("a"),
            StreamEvent.ReasoningDelta.of("a"),
            new StreamEvent.ToolCallStart("c1", "t"),
            new StreamEvent.ToolCallDelta("c1", "{"),
            new StreamEvent.ToolCallComplete(CALL),
            new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of()),
            new StreamEvent.UsageReported(Usage.of(1, 2)));

    static Stream<Arguments> components() {
        return WORDS.stream().flatMap(word -> {
            RecordComponent[] components = word.getClass().getRecordComponents();
            return IntStream.range(0, components.length)
                    .filter(i -> !components[i].getType().isPrimitive())
                    .mapToObj(i -> arguments(word, components[i].getName(), i));
        });
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("components")
    void refusesNull(Record word, String name, int index) throws ReflectiveOperationException {
        RecordComponent[] components = word.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = components[i].getAccessor().invoke(word);
        }
        Constructor<?> constructor = word.getClass()
                .getDeclaredConstructor(
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        assertThat(constructor.newInstance(values)).isEqualTo(word);
        values[index] = null;

        assertThatThrownBy(() -> constructor.newInstance(values))
                .isInstanceOf(InvocationTargetException.class)
                .hasCauseInstanceOf(NullPointerException.class);
    }

    @Test
    void coversEveryPartAndEveryEvent() {
        assertThat(WORDS)
                .extracting(Object::getClass)
                .contains(Content.class.getPermittedSubclasses())
                .contains(StreamEvent.class.getPermittedSubclasses());
    }
}
