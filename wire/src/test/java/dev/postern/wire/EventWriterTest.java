package dev.postern.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON of events, and their order for clients without fragments. */
class EventWriterTest {

    static Stream<Arguments> events() {
        return Stream.of(
                Arguments.of(
                        new StreamEvent.ContentDelta("Hi \"you\""),
                        "{\"type\":\"content_delta\",\"delta\":\"Hi \\\"you\\\"\"}"),
                Arguments.of(StreamEvent.ReasoningDelta.of("Hm"), "{\"type\":\"reasoning_delta\",\"delta\":\"Hm\"}"),
                Arguments.of(
                        new StreamEvent.ReasoningDelta("", "s", "r", new ProviderData("o", Map.of("a", 1))),
                        "{\"type\":\"reasoning_delta\",\"delta\":\"\",\"signature\":\"s\",\"redacted\":\"r\","
                                + "\"provider_data\":{\"origin\":\"o\",\"values\":{\"a\":1}}}"),
                Arguments.of(
                        new StreamEvent.ToolCallStart("a", "f"),
                        "{\"type\":\"tool_use_start\",\"id\":\"a\",\"name\":\"f\"}"),
                Arguments.of(
                        new StreamEvent.ToolCallDelta("a", "{}"),
                        "{\"type\":\"tool_use_delta\",\"id\":\"a\",\"delta\":\"{}\"}"),
                Arguments.of(
                        new StreamEvent.ToolCallComplete(ToolCall.malformed("a", "f", "{x")),
                        "{\"type\":\"tool_use_complete\",\"id\":\"a\",\"name\":\"f\",\"input\":{\"raw\":\"{x\"},"
                                + "\"malformed\":true}"),
                Arguments.of(
                        new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of()),
                        "{\"type\":\"message_stop\",\"stop_reason\":\"end_turn\",\"model\":\"m\"}"),
                Arguments.of(
                        new StreamEvent.MessageStop(StopReason.OTHER, "", Map.of("finish_reason", "x")),
                        "{\"type\":\"message_stop\",\"stop_reason\":\"other\",\"model\":\"\","
                                + "\"metadata\":{\"finish_reason\":\"x\"}}"),
                Arguments.of(
                        new StreamEvent.UsageReported(
                                new Usage(1, 2, OptionalLong.of(0), OptionalLong.empty(), OptionalLong.of(3))),
                        "{\"type\":\"metadata\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2,\"cached_tokens\":0,"
                                + "\"reasoning_tokens\":3}}"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventIsOneObjectOnOneLine(StreamEvent event, String json) {
        assertThat(text(EventWriter.write(event))).isEqualTo(json);
    }

    @Test
    void unicodeLineBreaksAreEscaped() {
        String text = "\u0085a\u2028b\u2029\u2027\u202A\u0084é";
        byte[] json = EventWriter.write(new StreamEvent.ContentDelta(text));

        assertThat(text(json))
                .isEqualTo("{\"type\":\"content_delta\",\"delta\":\"\\u0085a\\u2028b\\u2029\u2027\u202A\u0084é\"}");
        assertThat(new EventReader().read(json, 0, json.length)).isEqualTo(new StreamEvent.ContentDelta(text));
        assertThat(text(EventWriter.error(new LlmException(Kind.CONTENT_FILTER, "x\u0085y\u2028z"), "\u2029")))
                .doesNotContain("\u0085", "\u2028", "\u2029");
    }

    @Test
    void withoutFragmentsTheStartOfACallIsFollowedByItsCompletion() {
        ToolCall f = ToolCall.of("a", "f", Map.of("x", 1));
        ToolCall g = ToolCall.of("b", "g", Map.of());
        StreamEvent text = new StreamEvent.ContentDelta("Hi");
        StreamEvent stop = new StreamEvent.MessageStop(StopReason.TOOL_USE, "m", Map.of());
        List<StreamEvent> seen = new ArrayList<>();
        WholeToolCalls filter = new WholeToolCalls();

        Stream.of(
                        text,
                        new StreamEvent.ToolCallStart("a", "f"),
                        new StreamEvent.ToolCallStart("b", "g"),
                        new StreamEvent.ToolCallDelta("a", "{\"x\":"),
                        new StreamEvent.ToolCallDelta("b", "{}"),
                        new StreamEvent.ToolCallComplete(g),
                        new StreamEvent.ToolCallDelta("a", "1}"),
                        new StreamEvent.ToolCallComplete(f),
                        stop)
                .forEach(event -> filter.accept(event, seen::add));

        assertThat(seen)
                .containsExactly(
                        text,
                        new StreamEvent.ToolCallStart("b", "g"),
                        new StreamEvent.ToolCallComplete(g),
                        new StreamEvent.ToolCallStart("a", "f"),
                        new StreamEvent.ToolCallComplete(f),
                        stop);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
