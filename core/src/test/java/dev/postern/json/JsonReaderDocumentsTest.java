package dev.postern.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Document after document with one reader. */
class JsonReaderDocumentsTest {
    private final JsonReader json = new JsonReader();

    @Test
    void readsTheSameDocumentAnyNumberOfTimes() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(read("{\"a\":1}")).isEqualTo(Map.of("a", 1));
        }
    }

    @Test
    void readsDocumentsOfEveryTypeOneAfterTheOther() {
        assertThat(read("{\"a\":[1,{\"b\":\"é\"}]}")).isEqualTo(Map.of("a", List.of(1, Map.of("b", "é"))));
        assertThat(read("[]")).isEqualTo(List.of());
        assertThat(read("\"text\"")).isEqualTo("text");
        assertThat(read("12 ")).isEqualTo(12);
        assertThat(read("true\n")).isEqualTo(true);
        assertThat(read("null\n")).isNull();
        assertThat(read("-0.5\r\n")).isEqualTo(-0.5);
        assertThat(read("{}")).isEqualTo(Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", " %s", "%s ", "\n%s\n", "\r\n\r\n%s\r\n\r\n", "\t \n%s\t \n"})
    void acceptsWhiteSpaceAroundEachDocument(String form) {
        for (int i = 0; i < 100; i++) {
            assertThat(read(String.format(form, "{\"a\" : " + i + "}"))).isEqualTo(Map.of("a", i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "-1.5", "1e3", "true", "false", "null"})
    void treatsABareValueAtTheEndAsIncomplete(String text) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> read(text))
                .satisfies(open -> assertThat(open.truncated()).isTrue());
    }

    @Test
    void readsFromAReusedBuffer() {
        byte[] buffer = new byte[64];
        for (int i = 0; i < 100; i++) {
            byte[] text = ("{\"name" + i % 7 + "\":\"value" + i + "\"}").getBytes(UTF_8);
            int offset = i % 30;
            System.arraycopy(text, 0, buffer, offset, text.length);
            json.begin(buffer, offset, text.length);
            Object value = json.value();
            json.end();
            Arrays.fill(buffer, (byte) 'x');

            assertThat(value).isEqualTo(Map.of("name" + i % 7, "value" + i));
        }
    }

    @Test
    void keepsNothingOfSkippedValues() {
        byte[] bytes = "{\"a\":{\"b\":[1,2,3]},\"c\":1}".getBytes(UTF_8);
        for (int i = 0; i < 100; i++) {
            json.begin(bytes, 0, bytes.length);
            json.skip();
            json.end();
        }
        assertThat(read("{\"d\":1}")).isEqualTo(Map.of("d", 1));
    }

    @Test
    void namesThePlaceInTheCurrentDocument() {
        for (int i = 0; i < 10; i++) {
            assertThat(read("{\"a\":1}\n")).isEqualTo(Map.of("a", 1));
        }

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> read("\n{\"a\":x}"))
                .withMessage("malformed JSON at byte 6");
    }

    @Test
    void countsPlacesFromTheStartOfTheDocument() {
        byte[] buffer = "0123456789[x]".getBytes(UTF_8);

        json.begin(buffer, 10, 3);
        assertThatExceptionOfType(JsonException.class).isThrownBy(json::value).withMessage("malformed JSON at byte 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"a\":", "[[[\"", "{\"a\":x}", "[1,]", "{} {}", "{} \"", "12", "[1e"})
    void readsTheNextDocumentAfterAMalformedOne(String bad) {
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(JsonException.class).isThrownBy(() -> read(bad));

            assertThat(read("{\"a\":1}")).isEqualTo(Map.of("a", 1));
            assertThat(read("{\"b\":2}")).isEqualTo(Map.of("b", 2));
        }
    }

    @Test
    void readsTheNextDocumentAfterAnUnfinishedOne() {
        byte[] bytes = "{\"a\":[1,2,3],\"b\":{}}".getBytes(UTF_8);
        json.begin(bytes, 0, bytes.length);
        assertThat(json.beginObject()).isTrue();
        assertThat(json.nextField()).isTrue();

        assertThat(read("{\"c\":1}")).isEqualTo(Map.of("c", 1));
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> read("[x]"))
                .withMessage("malformed JSON at byte 1");
    }

    private Object read(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        json.begin(bytes, 0, bytes.length);
        Object value = json.value();
        json.end();
        return value;
    }
}
