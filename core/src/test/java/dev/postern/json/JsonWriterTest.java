package dev.postern.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {

    @Test
    void writesFieldsInTheOrderOfTheCalls() {
        assertThat(written(json -> json.object(request -> request.field("model", "m")
                        .field("max_tokens", 10L)
                        .field("temperature", 0.7)
                        .field("stream", true)
                        .nullField("stop")
                        .fieldIfAny("user", "")
                        .fieldIfAny("name", "n")
                        .fieldOf("list", Arrays.asList(1, null))
                        .object("options", options -> options.field("a", "b"))
                        .array("empty", nothing -> {}))))
                .isEqualTo("{\"model\":\"m\",\"max_tokens\":10,\"temperature\":0.7,\"stream\":true,\"stop\":null,"
                        + "\"name\":\"n\",\"list\":[1,null],\"options\":{\"a\":\"b\"},\"empty\":[]}");
    }

    @Test
    void closesNestedObjectsAndArrays() {
        List<String> messages = List.of("a", "b");

        assertThat(written(json -> json.object(request -> request.array(
                                "messages",
                                messages,
                                (out, message) -> out.object(one -> one.field("role", "user")
                                        .array(
                                                "content",
                                                parts -> parts.object(part -> part.field("type", "text")
                                                                .object("inner", inner -> inner.field("text", message)))
                                                        .text("t")
                                                        .array(deep ->
                                                                deep.value(1).array(deeper -> {})))))
                        .field("after", 1))))
                .isEqualTo("{\"messages\":["
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"inner\":{\"text\":\"a\"}},\"t\",[1,[]]]},"
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"inner\":{\"text\":\"b\"}},\"t\",[1,[]]]}"
                        + "],\"after\":1}");
    }

    static Stream<Arguments> values() {
        Map<String, Object> ordered = new LinkedHashMap<>();
        ordered.put("z", 1);
        ordered.put("a", null);
        ordered.put("", List.of());
        return Stream.of(
                arguments(null, "null"),
                arguments(true, "true"),
                arguments(false, "false"),
                arguments("", "\"\""),
                arguments(1, "1"),
                arguments((byte) -1, "-1"),
                arguments((short) 7, "7"),
                arguments(Long.MIN_VALUE, "-9223372036854775808"),
                arguments(new BigInteger("9".repeat(25)), "9".repeat(25)),
                arguments(new BigDecimal("1.10"), "1.10"),
                arguments(new BigDecimal("1E+400"), "1E+400"),
                arguments(0.7f, "0.7"),
                arguments(0.1f + 0.2f, "0.3"),
                arguments(0.7, "0.7"),
                arguments(1.0, "1.0"),
                arguments(-0.0, "-0.0"),
                arguments(1e21, "1.0E21"),
                arguments(Double.MIN_VALUE, "4.9E-324"),
                arguments(Map.of(), "{}"),
                arguments(List.of(), "[]"),
                arguments(ordered, "{\"z\":1,\"a\":null,\"\":[]}"),
                arguments(new LinkedHashSet<>(List.of("b", "a")), "[\"b\",\"a\"]"),
                arguments(List.of(Map.of("a", List.of(Map.of()))), "[{\"a\":[{}]}]"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void writesAnyValue(Object value, String text) {
        assertThat(written(json -> json.value(value))).isEqualTo(text);
        assertThat(Json.text(value)).isEqualTo(text);
    }

    @Test
    void escapesOnlyCharactersThatNeedIt() {
        assertThat(Json.text("\"\\/\b\f\n\r\t\0\u001f\u007f<é€😀\u2028"))
                .isEqualTo("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001F\u007f<é€😀\u2028\"");
        assertThat(Json.text(Map.of("\"\n", 1))).isEqualTo("{\"\\\"\\n\":1}");
    }

    @Test
    void writesUtf8() {
        assertThat(Json.bytes(json -> json.text("é😀"))).containsExactly('"', 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80, '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\uD800", "\uDE00a", "\uD83D\uD83D\uDE00", "\uDE00\uD83D", "\uD83Da\uDE00"})
    void replacesHalfASurrogatePair(String text) {
        String mended = text.replaceAll("[\uD800-\uDFFF]", "\uFFFD");

        assertThat(Json.text(text)).isEqualTo("\"" + mended + "\"");
        assertThat(Json.text(Map.of(text, List.of(text)))).isEqualTo("{\"" + mended + "\":[\"" + mended + "\"]}");
        assertThat(written(json -> json.object(out -> out.field("a", text)))).isEqualTo("{\"a\":\"" + mended + "\"}");
    }

    @Test
    void changesNothingElse() {
        assertThat(Json.text("\uD7FF😀\uE000\uFFFD")).isEqualTo("\"\uD7FF😀\uE000\uFFFD\"");
    }

    @Test
    void keepsSurrogatePairsAtTheEdgesOfItsBuffer() {
        for (int length = 7_990; length < 8_010; length++) {
            String text = "a".repeat(length) + "😀".repeat(10);

            assertThat(Json.text(text)).isEqualTo("\"" + text + "\"");
        }
    }

    static Stream<Object> noJson() {
        return Stream.of(
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                new AtomicLong(1),
                new Object(),
                new int[0],
                'c',
                List.of(Map.of("a", Double.NaN)));
    }

    @ParameterizedTest
    @MethodSource("noJson")
    void refusesOtherValues(Object value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.text(value))
                .withMessageMatching(".* is not a JSON (value|number)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.bytes(json -> json.object(out -> out.field("a", Double.NaN))));
    }

    @ParameterizedTest
    @MethodSource("misuses")
    void refusesCallsThatDoNotWriteJson(Consumer<JsonWriter> misuse) {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Json.bytes(misuse))
                .withMessageStartingWith("what is written is not JSON: ")
                .withNoCause();
    }

    static Stream<Consumer<JsonWriter>> misuses() {
        return Stream.of(
                json -> json.field("a", 1),
                json -> json.object(out -> out.text("no name")),
                json -> json.array(out -> out.field("a", 1)),
                json -> json.value(nested(501)));
    }

    @Test
    void writesFiveHundredLevels() {
        assertThat(Json.text(nested(500))).isEqualTo("[".repeat(500) + "]".repeat(500));
    }

    private static Object nested(int lists) {
        Object value = new ArrayList<>();
        for (int i = 1; i < lists; i++) {
            value = List.of(value);
        }
        return value;
    }

    private static String written(Consumer<JsonWriter> body) {
        return new String(Json.bytes(body), UTF_8);
    }
}
