package dev.postern.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    static Stream<Arguments> documents() {
        return Stream.of(
                arguments("null", null),
                arguments("true", true),
                arguments("12", 12),
                arguments(" -1.5e1", -15.0),
                arguments("\n0\n", 0),
                arguments("\"a\"", "a"),
                arguments("{\"a\":[1]}", Map.of("a", List.of(1))),
                arguments(" \r\n\t[ ] \r\n\t", List.of()),
                arguments("\uFEFF{}", Map.of()));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void parsesAnyValue(String text, Object expected) {
        assertThat(Json.parse(text)).isEqualTo(expected);
        assertThat(Json.parse(text.getBytes(UTF_8))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{\"a\":tru", "[1", "[-", "[1.", "\"abc", " [1, ", "{\"a\":\"\\u00"})
    void noticesATextThatEndsTooEarly(String text) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.parse(text))
                .satisfies(cut -> assertThat(cut.truncated()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "tru",
                "1 2",
                "{}{}",
                "{} \"abc",
                "{} 5",
                "[] t",
                "{}\u0000",
                "\"a\" b",
                "<html>",
                "data: {}"
            })
    void refusesTextThatIsNoJsonOrMoreThanOneValue(String text) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.parse(text))
                .satisfies(malformed -> assertThat(malformed.truncated()).isFalse());
    }

    @Test
    void givesAnEmptyObjectForWhatIsNone() {
        assertThat(Json.object("{\"a\":1}".getBytes(UTF_8)).integer("a", 0)).isOne();
        assertThat(Json.object("[1]".getBytes(UTF_8)).isEmpty()).isTrue();
        assertThat(Json.object("<html>".getBytes(UTF_8)).isEmpty()).isTrue();
        assertThat(Json.object("{\"a\":".getBytes(UTF_8)).isEmpty()).isTrue();
        assertThat(Json.object(new byte[0]).isEmpty()).isTrue();
        assertThat(Json.object(("[".repeat(9_999)).getBytes(UTF_8)).isEmpty()).isTrue();
    }

    @Test
    void doesNotChangeTheCallersBytes() {
        byte[] bytes = "12".getBytes(UTF_8);
        Json.parse(bytes);

        assertThat(bytes).containsExactly('1', '2');
    }

    @Test
    void writesMapsAsText() {
        assertThat(Json.text(Map.of("a", List.of(1, "b")))).isEqualTo("{\"a\":[1,\"b\"]}");
    }
}
