package dev.postern.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one document says. */
class JsonReaderTest {

    /** One value of each type, and what each accessor makes of it. */
    static Stream<Arguments> accesses() {
        return Stream.of(
                // value, text(), integer(-1), bool(), beginObject(), beginArray()
                arguments("\"a\"", "a", -1L, false, false, false),
                arguments("\"\"", "", -1L, false, false, false),
                arguments("12", "12", 12L, false, false, false),
                arguments("-0.5e1", "-0.5e1", -5L, false, false, false),
                arguments("true", "true", -1L, true, false, false),
                arguments("false", "false", -1L, false, false, false),
                arguments("null", "", -1L, false, false, false),
                arguments("{}", "", -1L, false, true, false),
                arguments("[]", "", -1L, false, false, true),
                arguments("{\"x\":[{\"y\":[]},2]}", "", -1L, false, true, false),
                arguments("[[],{\"z\":[1]}]", "", -1L, false, false, true));
    }

    @ParameterizedTest
    @MethodSource("accesses")
    void treatsAValueOfAnotherTypeAsAbsentAndSkipsIt(
            String value, String text, long integer, boolean bool, boolean isObject, boolean isArray) {
        JsonReader json = fields(value, 8);

        assertThat(json.text()).isEqualTo(text);
        next(json);
        assertThat(json.integer(-1)).isEqualTo(integer);
        next(json);
        assertThat(json.bool()).isEqualTo(bool);
        next(json);
        assertThat(json.beginObject()).isEqualTo(isObject);
        if (isObject) {
            while (json.nextField()) {
                json.skip();
            }
        }
        next(json);
        assertThat(json.beginArray()).isEqualTo(isArray);
        if (isArray) {
            while (json.nextElement()) {
                json.skip();
            }
        }
        next(json);
        json.skip();
        next(json);
        assertThat(json.isObject()).isEqualTo(isObject);
        assertThat(json.isArray()).isEqualTo(isArray);
        assertThat(json.isString()).isEqualTo(value.startsWith("\""));
        assertThat(json.isNull()).isEqualTo(value.equals("null"));
        json.value();
        next(json);
        json.skip();
        assertThat(json.nextField()).isFalse();
        json.end();
    }

    /** Stands on the first of so many fields of an object that all have the same value. */
    private static JsonReader fields(String value, int count) {
        JsonReader json = reader(fieldsOf(value, count));
        assertThat(json.beginObject()).isTrue();
        next(json);
        return json;
    }

    private static String fieldsOf(String value, int count) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append("\"f\":").append(value);
        }
        return text.append('}').toString();
    }

    private static void next(JsonReader json) {
        assertThat(json.nextField()).isTrue();
        assertThat(json.name()).isEqualTo("f");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-7, -7",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "9223372036854775808, -1",
        "99999999999999999999999999, -1",
        "12.9, 12",
        "-12.9, -12",
        "1e3, 1000",
        "1e300, -1",
        "-1e300, -1",
        "1e400, -1",
        "1e2147483648, -1",
        "9007199254740993.0, 9007199254740993",
        "9007199254740993.9, 9007199254740993",
        "-9007199254740993.0, -9007199254740993",
        "9223372036854775807.0, 9223372036854775807",
        "-9223372036854775808.0, -9223372036854775808",
        "9223372036854775808.0, -1",
        "9.007199254740993e15, 9007199254740993",
        "'\"9007199254740993\"', 9007199254740993",
        "'\"9007199254740993.0\"', 9007199254740993",
        "'\"0x1p60\"', -1",
        "'\"12\"', 12",
        "'\"12.7\"', 12",
        "'\"-3\"', -3",
        "'\"\"', -1",
        "'\"twelve\"', -1",
        "'\"NaN\"', -1",
        "'\"Infinity\"', -1",
        "'\"1e300\"', -1"
    })
    void readsWholeNumbersInAllNotations(String value, long expected) {
        JsonReader json = reader("[" + value + ",\"next\"]");

        assertThat(json.beginArray()).isTrue();
        assertThat(json.nextElement()).isTrue();
        assertThat(json.integer(-1)).isEqualTo(expected);
        assertThat(json.nextElement()).isTrue();
        assertThat(json.text()).isEqualTo("next");
    }

    static Stream<Arguments> values() {
        return Stream.of(
                arguments("null", null),
                arguments("true", true),
                arguments("false", false),
                arguments("\"a\"", "a"),
                arguments("2147483647", Integer.MAX_VALUE),
                arguments("2147483648", 2147483648L),
                arguments("-9223372036854775808", Long.MIN_VALUE),
                arguments("9223372036854775808", new BigInteger("9223372036854775808")),
                arguments("0.7", 0.7),
                arguments("-0.0", -0.0),
                arguments("1e2", 100.0),
                arguments("4.9E-324", Double.MIN_VALUE),
                arguments("0.1", 0.1),
                arguments("123456789012345.6", 123456789012345.6),
                arguments("0.30000000000000004", 0.30000000000000004),
                arguments("3.141592653589793", Math.PI),
                arguments("1.7976931348623157e+308", Double.MAX_VALUE),
                arguments("1.0", 1.0),
                arguments("1.00000000000000000000", new BigDecimal("1.00000000000000000000")),
                arguments("19.90", new BigDecimal("19.90")),
                arguments("0.00", new BigDecimal("0.00")),
                arguments("1.50e2", 150.0),
                arguments("-0.000000000000000000", -0.0),
                arguments("0e99999999", 0.0),
                arguments("9007199254740993.0", new BigDecimal("9007199254740993.0")),
                arguments("0.1234567890123456789012345", new BigDecimal("0.1234567890123456789012345")),
                arguments("1e999999999", new BigDecimal("1e999999999")),
                arguments("1e-400", new BigDecimal("1e-400")),
                arguments("1e400", new BigDecimal("1e400")),
                arguments("-1E+400", new BigDecimal("-1e400")),
                arguments("{}", Map.of()),
                arguments("[]", List.of()),
                arguments("[1,[2,{\"a\":[null]}]]", List.of(1, List.of(2, Map.of("a", Arrays.asList((Object) null))))),
                arguments(" {\n\t\"a\" :\r\n1 , \"b\":{ } } ", Map.of("a", 1, "b", Map.of())));
    }

    @ParameterizedTest
    @MethodSource("values")
    void readsWholeValues(String text, Object expected) {
        JsonReader json = reader("[" + text + "]");

        assertThat(json.beginArray()).isTrue();
        assertThat(json.nextElement()).isTrue();
        assertThat(json.value()).isEqualTo(expected);
        assertThat(json.nextElement()).isFalse();
        json.end();
    }

    @Test
    void keepsTheOrderOfFieldsAndTheLastOfTwoWithOneName() {
        Object value = reader("{\"z\":1,\"a\":2,\"m\":3,\"a\":4}").value();

        assertThat(((Map<?, ?>) value).toString()).isEqualTo("{z=1, a=4, m=3}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            \\" \\\\ \\/         | " \\ /
            \\u00e9 \\u20AC     | é €
            \\ud83d\\uDE00      | 😀
            é € 😀              | é € 😀
            \\u003c\\u003e      | <>
            """)
    void decodesEscapesAndManyBytesPerCharacter(String escaped, String expected) {
        assertThat(reader("\"" + escaped + "\"").text()).isEqualTo(expected);
    }

    @Test
    void decodesEscapedControlCharacters() {
        assertThat(reader("\"\\b\\f\\n\\r\\t\\u0000\"").text()).isEqualTo("\b\f\n\r\t\0");
    }

    @Test
    void decodesEscapedNames() {
        JsonReader json = reader("{\"\\u00e9\\n😀\":1}");

        assertThat(json.beginObject()).isTrue();
        assertThat(json.nextField()).isTrue();
        assertThat(json.name()).isEqualTo("é\n😀");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "stop"          | true
            "st\\u006fp"  | true
            "stopped"       | false
            "sto"           | false
            "Stop"          | false
            "abcd"          | false
            ""              | false
            1234            | false
            true            | false
            null            | false
            ["stop"]        | false
            {"stop":"stop"} | false
            """)
    void comparesAStringAndSkipsOtherValues(String value, boolean same) {
        JsonReader json = reader("[" + value + ",\"next\"]");

        assertThat(json.beginArray()).isTrue();
        assertThat(json.nextElement()).isTrue();
        assertThat(json.is("stop")).isEqualTo(same);
        assertThat(json.nextElement()).isTrue();
        assertThat(json.text()).isEqualTo("next");
        assertThat(json.nextElement()).isFalse();
        json.end();
    }

    @Test
    void skipsUnknownFields() {
        JsonReader json =
                reader("{\"skip\":{\"a\":[1,{\"b\":[[],{}]},\"}]\"],\"c\":null},\"take\":1,\"skip2\":[[[]]]}");
        List<String> names = new ArrayList<>();
        long taken = 0;

        assertThat(json.beginObject()).isTrue();
        while (json.nextField()) {
            names.add(json.name());
            if (json.name().equals("take")) {
                taken = json.integer(0);
            } else {
                json.skip();
            }
        }
        json.end();

        assertThat(names).containsExactly("skip", "take", "skip2");
        assertThat(taken).isOne();
    }

    @Test
    void readsFromTheMiddleOfAnArray() {
        byte[] bytes = "xx{\"a\":1}yy".getBytes(UTF_8);
        JsonReader json = new JsonReader();

        json.begin(bytes, 2, bytes.length - 4);
        assertThat(json.value()).isEqualTo(Map.of("a", 1));
        json.end();
    }

    @Test
    void reportsATextThatEndsTooEarlyAtEveryByte() {
        byte[] bytes = "{\"a\":[1,-2.5e3,true,false,null,\"x\\u00e9\\n\"],\"é😀\":{\"\":\"é😀\"}}".getBytes(UTF_8);
        for (int length = 0; length < bytes.length; length++) {
            JsonReader json = new JsonReader();
            int cut = length;
            assertThatExceptionOfType(JsonException.class)
                    .as("the first %s bytes", cut)
                    .isThrownBy(() -> {
                        json.begin(bytes, 0, cut);
                        json.value();
                    })
                    .withMessage("the JSON text ends too early")
                    .satisfies(cutOff -> assertThat(cutOff.truncated()).isTrue());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SECRET",
                "{\"SECRET\"}",
                "{\"SECRET\":SECRET}",
                "{SECRET:1}",
                "{'SECRET':1}",
                "[\"SECRET\",]",
                "[\"SECRET\" \"SECRET\"]",
                "[\"SECRET\t\"]",
                "[\"SECRET\\x\"]",
                "[\"SECRET\\uZZZZ\"]",
                "[\"SECRET\"}",
                "{\"SECRET\":1]",
                "[trueSECRET]",
                "[01]",
                "[+1]",
                "[.5]",
                "[1.]",
                "[1e]",
                "[NaN]",
                "[-Infinity]",
                "/* SECRET */ []",
                "}"
            })
    void namesThePlaceOfMalformedTextButNeverShowsTheContent(String text) {
        JsonReader json = new JsonReader();
        byte[] bytes = text.getBytes(UTF_8);

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> {
                    json.begin(bytes, 0, bytes.length);
                    json.value();
                })
                .withMessageMatching("malformed JSON at byte \\d+")
                .withNoCause()
                .satisfies(malformed -> assertThat(malformed.truncated()).isFalse());
    }

    /** One bad character must not cost the answer around it. */
    @ParameterizedTest
    @ValueSource(ints = {0xFF, 0xC0, 0x80, 0xED, 0xE2, 0xF5})
    void readsInvalidUtf8AsTheReplacementCharacter(int octet) {
        byte[] text = "{'n_':'a_b','c':'é'} ".replace('\'', '"').getBytes(UTF_8);
        for (int i = 0; i < text.length; i++) {
            text[i] = text[i] == '_' ? (byte) octet : text[i];
        }
        JsonReader json = new JsonReader();
        json.begin(text, 0, text.length);

        assertThat(json.value()).isEqualTo(Map.of("n\uFFFD", "a\uFFFDb", "c", "é"));
        json.end();
    }

    @Test
    void refusesInvalidUtf8OutsideOfStrings() {
        byte[] text = {'[', (byte) 0xFF, ']'};
        JsonReader json = new JsonReader();
        json.begin(text, 0, text.length);

        assertThatExceptionOfType(JsonException.class).isThrownBy(json::value);
    }

    /** Python's json module writes them; infiniflow/ragflow#15245, sgl-project/sglang#20323. */
    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
    void treatsNonNumbersAsNullIfLenient(String value) {
        byte[] bytes = fieldsOf(value, 7).getBytes(UTF_8);
        JsonReader json = JsonReader.lenient();
        json.begin(bytes, 0, bytes.length);
        assertThat(json.beginObject()).isTrue();

        next(json);
        json.skip();
        next(json);
        assertThat(json.isNull()).isTrue();
        assertThat(json.text()).isEmpty();
        next(json);
        assertThat(json.integer(-1)).isEqualTo(-1);
        next(json);
        assertThat(json.value()).isEqualTo(value);
        next(json);
        assertThat(json.bool()).isFalse();
        next(json);
        assertThat(json.beginObject()).isFalse();
        next(json);
        assertThat(json.is(value)).isFalse();
        assertThat(json.nextField()).isFalse();
        json.end();
        byte[] skipped = ("{\"logprobs\":[{\"x\":[" + value + ",-1.5," + value + "]}]}").getBytes(UTF_8);
        json.begin(skipped, 0, skipped.length);
        json.skip();
        json.end();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "+Infinity"})
    void refusesNonNumbersIfNotLenientEvenIfSkipped(String value) {
        JsonReader json = reader("[1, " + value + "]");

        assertThatExceptionOfType(JsonException.class).isThrownBy(json::skip).withMessage("malformed JSON at byte 4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nan", "NaNs", "-NaN", "Inf", "- Infinity", "Infinit", "-Infinity1", "N", "I", "'NaN'", "1e"})
    void refusesOtherLiteralsIfLenient(String value) {
        byte[] bytes = ("[" + value + "]").getBytes(UTF_8);
        JsonReader json = JsonReader.lenient();

        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> {
            json.begin(bytes, 0, bytes.length);
            json.skip();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e2147483648",
                "-1e2147483648",
                "1e-2147483649",
                "1.0e2147483648",
                "1e99999999999999999999",
                "1.5e12345678901"
            })
    void refusesExponentsOutOfRange(String number) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> reader("[" + number + "]").value())
                .withMessage("the exponent of a number in the JSON text is out of bounds");
        JsonReader skipping = reader("[" + number + "]");
        skipping.skip();
        skipping.end();
        JsonReader whole = reader(number + " ");
        assertThat(whole.integer(-1)).isEqualTo(number.contains("e-") ? 0 : -1);
        JsonReader text = reader(number + " ");
        assertThat(text.text()).isEqualTo(number);
        assertThat(Json.lenient(("{\"a\":" + number + ",\"b\":1}").getBytes(UTF_8)))
                .isEqualTo(Map.of("a", number, "b", 1));
    }

    @Test
    void limitsTheNumberOfValuesOfEachDocument() {
        JsonReader json = new JsonReader(JsonLimits.defaults().withMaxValues(4), false);
        for (int i = 0; i < 3; i++) {
            byte[] fits = "{\"a\":[],\"b\":[null]}".getBytes(UTF_8);
            json.begin(fits, 0, fits.length);
            json.value();
            json.end();
        }
        byte[] many = "[[],{},[\"a\"]]".getBytes(UTF_8);
        json.begin(many, 0, many.length);

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(json::value)
                .withMessage("the JSON text has more than 4 values")
                .satisfies(bound -> assertThat(bound.truncated()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}x",
                "{} {}",
                "{}{}",
                "[] 5",
                "[] t",
                "[] \"abc",
                "\"a\"\"b\"",
                "{}}",
                "[]\n]",
                "{} \u00a0",
                "{}\f"
            })
    void refusesTextAfterTheValue(String text) {
        JsonReader json = reader(text);
        json.value();

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(json::end)
                .withMessageMatching("more text follows the JSON value|malformed JSON at byte \\d+")
                .satisfies(more -> assertThat(more.truncated()).isFalse());
    }

    @Test
    void acceptsTwoHundredLevels() {
        JsonReader read = reader("[".repeat(200) + "]".repeat(200));
        read.skip();
        read.end();

        JsonReader tooDeep = reader("[".repeat(201) + "]".repeat(201));
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(tooDeep::skip)
                .withMessage("the JSON text is nested too deeply, or has too long a name or number")
                .satisfies(bound -> assertThat(bound.truncated()).isFalse());
    }

    @Test
    void limitsTheLengthOfNumbers() {
        String number = "9".repeat(1000);
        assertThat(reader("[" + number + "]").value()).isEqualTo(List.of(new BigInteger(number)));

        for (String tooLong : List.of("9" + number, "0." + number)) {
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> reader("[" + tooLong + "]").value())
                    .withMessage("the JSON text is nested too deeply, or has too long a name or number");
        }
    }

    @Test
    void readsTextsOfManyMegabytes() {
        String text = "é".repeat(15_000_000);

        assertThat(reader("\"" + text + "\"").text()).hasSize(text.length()).startsWith("éé");
    }

    private static JsonReader reader(String text) {
        JsonReader json = new JsonReader();
        byte[] bytes = text.getBytes(UTF_8);
        json.begin(bytes, 0, bytes.length);
        return json;
    }

    @Test
    void copiesNumbersUnchangedAsSource() {
        String text = "{\"a\":[1e2147483648,-0.0,1.50,{}],\"b\":{\"c\":\"ü\\n\",\"d\":[true,false,null]}}";
        JsonReader reader = new JsonReader();
        byte[] bytes = (" [ " + text + " , 7 ] ").getBytes(UTF_8);
        reader.begin(bytes, 0, bytes.length);
        assertThat(reader.beginArray()).isTrue();
        assertThat(reader.nextElement()).isTrue();
        assertThat(reader.source()).isEqualTo(text);
        assertThat(reader.nextElement()).isTrue();
        assertThat(reader.source()).isEqualTo("7");
        assertThat(reader.nextElement()).isFalse();
        reader.end();
    }

    @Test
    void copiesNonNumbersAsSource() {
        JsonReader reader = JsonReader.lenient();
        byte[] bytes = "[NaN,-Infinity]".getBytes(UTF_8);
        reader.begin(bytes, 0, bytes.length);
        assertThat(reader.source()).isEqualTo("[NaN,-Infinity]");
        reader.end();
    }
}
