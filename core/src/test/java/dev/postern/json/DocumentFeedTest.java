package dev.postern.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
class DocumentFeedTest {
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
    @ValueSource(
            strings = {
                "\\n",
                "\\\"",
                "\\\\",
                "\\/\\b\\f\\r\\t",
                "\\u00e9",
                "\\ud83d\\ude00",
                "\\ud800",
                "\\udc00\\ud800x",
                "é",
                "–é",
                "😀",
                "\u007F"
            })
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
            String large = " ".repeat(DocumentFeed.LARGE_DOCUMENT) + small;

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

    /** Pieces of strings, valid and invalid ones, in Latin-1, one byte a character. */
    private static final List<String> PIECES = List.of(
            "plain text of some length, ",
            "x",
            "\\n",
            "\\\"",
            "\\\\",
            "\\t\\/\\b\\f\\r",
            "\\u00e9",
            "\\u0000\\u20AC",
            "\\ud83d\\ude00",
            utf8("é"),
            utf8("„ü“ – naïve"),
            utf8("敏捷的棕色"),
            utf8("ไทย 한국어 \uD7FF\uE000\uFFFD"),
            utf8("😀"),
            "\u007F");

    private static final List<String> RARE_PIECES = List.of(
            "\\q",
            "\\u12",
            "\\u12g4",
            "\\u\u00e1123",
            "\\",
            "\n",
            "\0",
            "\"",
            "\u0080",
            "\u00C0\u00AF",
            "\u00C3",
            "\u00E0\u0080\u00AF",
            "\u00ED\u00A0\u0080\u00ED\u00B0\u0080",
            "\u00E6\u0095\u008F\u00E6\u0095",
            "\u00F4\u0090\u0080\u0080",
            "\u00FF");

    private static String utf8(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    /** A small document is read by the parser alone. Spaces make a large one of it, with the same value or error. */
    @Test
    void aLargeDocumentIsReadAsTheParserReadsASmallOne() {
        Random random = new Random(11);
        int failures = 0;
        for (int i = 0; i < 6_000; i++) {
            StringBuilder document = new StringBuilder("{");
            for (int fields = 1 + random.nextInt(3); fields > 0; fields--) {
                document.append(string(random, random.nextInt(8) == 0 ? 1500 : 20))
                        .append(random.nextInt(4) == 0 ? " : " : ":")
                        .append(string(random, random.nextInt(2) == 0 ? 1100 : 40))
                        .append(fields == 1 ? "}" : ",");
            }
            String text = random.nextInt(10) == 0
                    ? document.substring(0, random.nextInt(document.length()))
                    : document.toString();
            if (text.length() >= DocumentFeed.LARGE_DOCUMENT) {
                continue;
            }
            Object small = outcome(text, 0);

            assertThat(outcome(" ".repeat(DocumentFeed.LARGE_DOCUMENT) + text, DocumentFeed.LARGE_DOCUMENT))
                    .as(text)
                    .isEqualTo(small);
            failures += small instanceof String ? 1 : 0;
        }
        assertThat(failures).isBetween(500, 5_500);
    }

    private static String string(Random random, int length) {
        StringBuilder string = new StringBuilder("\"");
        boolean onlyCommon = random.nextInt(4) > 0;
        while (string.length() < length) {
            List<String> pieces = onlyCommon || random.nextInt(40) > 0 ? PIECES : RARE_PIECES;
            string.append(pieces.get(random.nextInt(pieces.size())));
        }
        return string.append('"').toString();
    }

    /** The value, or the message of the error with the place in the text after the spaces. */
    private static Object outcome(String latin, int spaces) {
        try {
            return Arrays.asList(Json.parse(latin.getBytes(ISO_8859_1)));
        } catch (JsonException e) {
            String message = e.getMessage();
            int place = message.lastIndexOf(' ') + 1;
            return e.truncated() + " "
                    + (message.startsWith("malformed JSON at byte ")
                            ? message.substring(0, place) + (Integer.parseInt(message.substring(place)) - spaces)
                            : message);
        }
    }

    @Test
    void textsOfManyKindsAreReadFromLargeAnswers() {
        for (String kind : List.of(
                "The “quick” fox – it’s old.\n",
                "Grüße an die Füchse.\t\"Ja\"",
                "敏捷的棕色狐狸，GPT 4。\n",
                "if (a[\"b\"]) {\n\t\\d+\n}",
                "👍🎉 ok 👨‍👩‍👧",
                "ASCII, then a late é",
                "한국어와 ไทย")) {
            String text = kind.repeat(20_000) + (kind.startsWith("ASCII") ? "–" : "");

            assertThat(parse(Json.text(List.of(text, 1, text)))).isEqualTo(List.of(text, 1, text));
        }
    }
}
