package dev.postern.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large documents, whose long strings the parser does not see. */
class LongStringsTest {
    private static final String LONG = "All that is long and plain. ".repeat(400);

    private static Object parse(String text) {
        return Json.parse(text);
    }

    @Test
    void readsLongStringsAtTheirPlaces() {
        assertThat(parse("{\"a\":\"" + LONG + "\",\"b\":[\"" + LONG + "x\", 1 ,\"short\",\"" + LONG
                        + "y\"],\"c\":null}"))
                .isEqualTo(new LinkedHashMap<>(
                        map("a", LONG, "b", List.of(LONG + "x", 1, "short", LONG + "y"), "c", null)));
        assertThat(parse("\"" + LONG + "\"")).isEqualTo(LONG);
        assertThat(parse(" [\"" + LONG + "\"] \n")).isEqualTo(List.of(LONG));
        assertThat(parse("\uFEFF{\"a\":\"" + LONG + "\"}")).isEqualTo(Map.of("a", LONG));
    }

    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    @Test
    void readsALongName() {
        assertThat(parse("{\"" + LONG + "\" : \"" + LONG + "\",\"b\":\"" + LONG + "\"}"))
                .isEqualTo(map(LONG, LONG, "b", LONG));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\n", "\\\"", "\\\\", "\\/\\b\\f\\r\\t", "\\u00e9", "\\ud83d\\ude00", "é", "😀", "\u007F"})
    void decodesStringsThatAreNotPlain(String special) {
        String json = "\"" + LONG + special + LONG + special + "\"";
        String expected = (String) parse("\"" + special + "\"");

        assertThat(parse("[" + json + "," + json + "]"))
                .isEqualTo(List.of(LONG + expected + LONG + expected, LONG + expected + LONG + expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\q", "\n", "\u0000", "\\u12"})
    void refusesInvalidStrings(String bad) {
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> parse("[\"" + LONG + bad + LONG + "\"]"));
    }

    @Test
    void reportsATruncatedDocumentAtEachCut() {
        String whole = "{\"a\":\"" + LONG + "\",\"b\":\"" + LONG + "\"}";
        for (int cut : new int[] {
            8500, 5 + LONG.length(), 6 + LONG.length(), 7 + LONG.length(), whole.length() - 2, whole.length() - 1
        }) {
            assertThatExceptionOfType(JsonException.class)
                    .as("cut at " + cut)
                    .isThrownBy(() -> parse(whole.substring(0, cut)))
                    .matches(JsonException::truncated);
        }
    }

    @Test
    void refusesTextAfterTheValue() {
        for (String more : List.of("x", "{}", "\"" + LONG + "\"", " \"" + LONG + "\" ")) {
            assertThatExceptionOfType(JsonException.class)
                    .as(more)
                    .isThrownBy(() -> parse("{\"a\":\"" + LONG + "\"}" + more))
                    .withMessage("more text follows the JSON value");
            assertThatExceptionOfType(JsonException.class).isThrownBy(() -> parse("\"" + LONG + "\"" + more));
        }
    }

    @Test
    void namesThePlaceOfAnError() {
        String small = "{\"a\":\"\",\"b\":?}";
        String message = catchThrowable(() -> parse(small)).getMessage();
        int offset = Integer.parseInt(message.substring("malformed JSON at byte ".length()));

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> parse("{\"a\":\"" + LONG + "\",\"b\":?}"))
                .withMessage("malformed JSON at byte " + (offset + LONG.length()));
    }

    @Test
    void skipsAndComparesALongString() {
        byte[] text = ("{\"a\":\"" + LONG + "\",\"b\":\"" + LONG + "\",\"c\":\"" + LONG + "\",\"d\":\"" + LONG
                        + "\",\"e\":7}")
                .getBytes(UTF_8);
        JsonReader json = new JsonReader();
        json.begin(text, 0, text.length);
        json.beginObject();
        json.nextField();
        json.skip();
        json.nextField();
        assertThat(json.integer(-1)).isEqualTo(-1);
        json.nextField();
        assertThat(json.is("")).isFalse();
        json.nextField();
        assertThat(json.bool()).isFalse();
        json.nextField();
        assertThat(json.integer(-1)).isEqualTo(7);
        assertThat(json.nextField()).isFalse();
        json.end();
    }

    /** Documents of every shape say what they say if spaces make them so large that their long strings are taken out. */
    @Test
    void readsDocumentsOfAllSizesAlike() {
        Random random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            Object value = value(random, 0);
            String small = Json.text(Arrays.asList(value));
            String large = " ".repeat(LongStrings.LARGE_DOCUMENT) + small;

            assertThat(parse(large)).isEqualTo(Arrays.asList(value));
            assertThat(parse("{\"a\":" + large + ",\"b\":" + large + "}"))
                    .isEqualTo(map("a", Arrays.asList(value), "b", Arrays.asList(value)));
        }
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 4 : 6)) {
            case 0 -> null;
            case 1 -> random.nextInt();
            case 2 -> string(random);
            case 3 -> random.nextBoolean();
            case 4 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(string(random), value(random, depth + 1));
                }
                yield map;
            }
        };
    }

    private static String string(Random random) {
        int[] alphabet = (random.nextBoolean() ? "abc, :{}[]" : "ab\"\\/\n\t\u0001é😀")
                .codePoints()
                .toArray();
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(3) == 0 ? 1000 + random.nextInt(100) : random.nextInt(20);
                length > 0;
                length--) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }
}
