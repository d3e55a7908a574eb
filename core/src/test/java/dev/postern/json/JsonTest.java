package dev.postern.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
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
    void reportsATextThatEndsTooEarly(String text) {
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
    void refusesOtherTextsAndMoreThanOneValue(String text) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.parse(text))
                .satisfies(malformed -> assertThat(malformed.truncated()).isFalse());
    }

    @Test
    void returnsAnEmptyObjectForOtherValues() {
        assertThat(Json.object("{\"a\":1}".getBytes(UTF_8)).integer("a", 0)).isOne();
        assertThat(Json.object("[1]".getBytes(UTF_8)).isEmpty()).isTrue();
        assertThat(Json.object("<html>".getBytes(UTF_8)).isEmpty()).isTrue();
        assertThat(Json.object("{\"a\":".getBytes(UTF_8)).isEmpty()).isTrue();
        assertThat(Json.object(new byte[0]).isEmpty()).isTrue();
        assertThat(Json.object(("[".repeat(9_999)).getBytes(UTF_8)).isEmpty()).isTrue();
    }

    @Test
    void keepsTheOtherFieldsBesideAnExponentOutOfRangeIfLenient() {
        JsonObject error = Json.object("{\"code\":1e2147483648,\"message\":\"no\",\"p\":NaN}");

        assertThat(error.text("message")).isEqualTo("no");
        assertThat(error.text("code")).isEqualTo("1e2147483648");
        assertThat(error.text("p")).isEqualTo("NaN");
    }

    @Test
    void readsWithinTheLimitsOfTheCaller() {
        JsonLimits limits = JsonLimits.defaults().withMaxValues(3);

        assertThat(Json.parse("[[],[]]".getBytes(UTF_8), limits)).isEqualTo(List.of(List.of(), List.of()));
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.parse("[[],[],[]]".getBytes(UTF_8), limits))
                .withMessage("the JSON text has more than 3 values");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits.withMaxValues(0))
                .withMessage("maxValues must be at least 1, not 0");
    }

    /** Small texts that become much memory: 7 MB of this would take a gigabyte. */
    @Test
    void limitsTheNumberOfValuesByDefault() {
        String values = "[" + "[],".repeat(JsonLimits.DEFAULT_MAX_VALUES) + "[]]";

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.parse(values))
                .withMessage("the JSON text has more than 2000000 values");
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
