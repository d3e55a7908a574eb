package dev.postern.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which documents are taken for a repetition, and what is read from them. */
class RepetitionFilterTest {
    private static final String SAMPLE =
            "{\"id\":\"a1\",\"skip\":\"x9\",\"n\":[{\"say\":\"one\",\"skip\":17}],\"end\":null}";

    private final RepetitionFilter filter = new RepetitionFilter();
    private final JsonReader json = new JsonReader();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"id":"a1","skip":"x9","n":[{"say":"one","skip":17}],"end":null}          | one
            {"id":"a1","skip":"x9","n":[{"say":"three","skip":17}],"end":null}        | three
            {"id":"a1","skip":"x9","n":[{"say":"on","skip":17}],"end":null}           | on
            {"id":"a1","skip":"x9","n":[{"say":"one two","skip":17}],"end":null}      | one two
            {"id":"a1","skip":"x9","n":[{"say":"","skip":17}],"end":null}             | ~~
            {"id":"a1","skip":"","n":[{"say":"2","skip":0}],"end":null}               | 2
            {"id":"a1","skip":"longer","n":[{"say":"2","skip":-123456}],"end":null}   | 2
            {"id":"a1","skip":"x9","n":[{"say":"a\\"b\\\\","skip":17}],"end":null}    | a"b\\
            {"id":"a1","skip":"x9","n":[{"say":"\\/\\/\\\\\\"","skip":17}],"end":null}  | //\\"
            {"id":"a1","skip":"x9","n":[{"say":"\\u00e9\\n","skip":17}],"end":null}   | ~é
            ~
            {"id":"a1","skip":"x9","n":[{"say":"é € 😀","skip":1}],"end":null}        | é € 😀
            """)
    void acceptsDifferencesInTheVaryingStringAndInSkippedValues(String document, String text) {
        keep(SAMPLE);

        assertThat(fits(document)).isTrue();
        assertThat(filter.text()).isEqualTo(text);
        assertThat(read(document, null).varying).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            another value that counts         | {"id":"a2","skip":"x9","n":[{"say":"one","skip":17}],"end":null}
            another end                       | {"id":"a1","skip":"x9","n":[{"say":"one","skip":17}],"end":true}
            a field more                      | {"id":"a1","skip":"x9","n":[{"say":"one","skip":17}],"end":null,"a":1}
            a field in the string's place     | {"id":"a1","skip":"x9","n":[{"say":"one","x":"y","skip":17}],"end":null}
            cut in the string                 | {"id":"a1","skip":"x9","n":[{"say":"one
            cut behind the string             | {"id":"a1","skip":"x9","n":[{"say":"one"
            cut in an escape                  | {"id":"a1","skip":"x9","n":[{"say":"one\\
            cut before the end                | {"id":"a1","skip":"x9","n":[{"say":"one","skip":17}],"end":null
            white space                       | {"id":"a1", "skip":"x9","n":[{"say":"one","skip":17}],"end":null}
            no string where one was           | {"id":"a1","skip":"x9","n":[{"say":null,"skip":17}],"end":null}
            a string for a number             | {"id":"a1","skip":"x9","n":[{"say":"one","skip":"17"}],"end":null}
            a fraction for a number           | {"id":"a1","skip":"x9","n":[{"say":"one","skip":17.5}],"end":null}
            a leading zero                    | {"id":"a1","skip":"x9","n":[{"say":"one","skip":017}],"end":null}
            no digit                          | {"id":"a1","skip":"x9","n":[{"say":"one","skip":-}],"end":null}
            no escape of JSON's               | {"id":"a1","skip":"x9","n":[{"say":"\\q","skip":17}],"end":null}
            an escape in what was skipped     | {"id":"a1","skip":"\\q","n":[{"say":"one","skip":17}],"end":null}
            nothing                           | ~~
            """)
    void acceptsNoOtherDifference(String why, String document) {
        keep(SAMPLE);

        assertThat(fits(document)).as(why).isFalse();
    }

    @Test
    void decodesEveryEscape() {
        keep(SAMPLE);

        assertThat(fits(SAMPLE.replace("one", "\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041")))
                .isTrue();
        assertThat(filter.text()).isEqualTo("\"\\/\b\f\n\r\tA");
        assertThat(fits(SAMPLE.replace("one", "\\\"\\\\\\/\\b\\f\\n\\r\\t"))).isTrue();
        assertThat(filter.text()).isEqualTo("\"\\/\b\f\n\r\t");
    }

    @Test
    void refusesABareControlCharacter() {
        keep(SAMPLE);
        assertThat(fits(SAMPLE.replace("one", "o\ne"))).isFalse();
        keep(SAMPLE);
        assertThat(fits(SAMPLE.replace("x9", "x\t9"))).isFalse();
    }

    @Test
    void replacesInvalidUtf8() {
        keep(SAMPLE);
        byte[] document = SAMPLE.getBytes(UTF_8);
        document[SAMPLE.indexOf("one")] = (byte) 0xC3;

        assertThat(filter.repeats(document, 0, document.length)).isTrue();
        assertThat(filter.text()).isEqualTo("\uFFFDne");
    }

    @Test
    void doesNotReadTheSecondHalfOfAStringAsALiteral() {
        keep("{\"say\":\"abab\",\"end\":\"abab\"}");

        assertThat(fits("{\"say\":\"ab\",\"end\":\"ab\"}")).isFalse();
    }

    @Test
    void keepsNothingWithoutExactlyOneVaryingString() {
        for (String sample : List.of("{\"id\":\"a\"}", "{\"say\":\"\"}", "{\"say\":\"a\",\"n\":[{\"say\":\"b\"}]}")) {
            fits(sample);
            readAndKeep(sample, filter);
            assertThat(fits(sample)).as(sample).isFalse();
        }
    }

    @Test
    void keepsNothingIfTheStringWasChanged() {
        byte[] bytes = SAMPLE.getBytes(UTF_8);
        read(SAMPLE, filter);
        filter.keep(new StringBuilder("one").toString(), bytes, 0, bytes.length);
        assertThat(fits(SAMPLE)).isFalse();

        read(SAMPLE, filter);
        filter.keep("", bytes, 0, bytes.length);
        assertThat(fits(SAMPLE)).isFalse();
    }

    @Test
    void refusesANumberOutOfRange() {
        keep(SAMPLE);

        assertThat(fits(SAMPLE.replace("17", "1".repeat(1001)))).isFalse();
    }

    @Test
    void endsTheRepetitionWithADifferentDocument() {
        keep(SAMPLE);

        assertThat(fits("{}")).isFalse();
        assertThat(fits(SAMPLE)).isFalse();
    }

    @Test
    void respectsTheOffsetOfTheDocument() {
        keep(SAMPLE);
        byte[] padded = ("##" + SAMPLE.replace("one", "1234") + "#").getBytes(UTF_8);

        assertThat(filter.repeats(padded, 2, padded.length - 3)).isTrue();
        assertThat(filter.text()).isEqualTo("1234");
        assertThat(filter.repeats(padded, 2, padded.length - 2)).isFalse();
    }

    @Test
    void observesFewDocumentsOfAStreamWithoutRepetitions() {
        int kept = 0;
        for (int i = 0; i < 640; i++) {
            kept += tries("{\"id\":" + i + ",\"say\":\"a\"}") ? 1 : 0;
        }

        assertThat(kept).isEqualTo(8 + 10); // at first, and one in 64
    }

    @Test
    void detectsThatRepetitionsBegin() {
        for (int i = 0; i < 100; i++) {
            tries("{\"id\":" + i + ",\"say\":\"a\"}");
        }
        int read = 0;
        while (!fits(SAMPLE)) {
            assertThat(++read).isLessThanOrEqualTo(64);
            readAndKeep(SAMPLE, filter);
        }

        assertThat(fits(SAMPLE)).isTrue();
    }

    @Test
    @ResourceLock(RepetitionFilter.PROPERTY)
    void findsNoRepetitionIfSwitchedOff() {
        System.setProperty(RepetitionFilter.PROPERTY, "false");
        try {
            RepetitionFilter off = new RepetitionFilter();
            byte[] bytes = SAMPLE.getBytes(UTF_8);
            for (int i = 0; i < 3; i++) {
                assertThat(off.repeats(bytes, 0, bytes.length)).isFalse();
                readAndKeep(SAMPLE, off);
                assertThat(off.isKept()).isFalse();
            }
        } finally {
            System.clearProperty(RepetitionFilter.PROPERTY);
        }
    }

    /** Reads one more document of a stream. Returns whether it is kept, so that one like it would fit. */
    private boolean tries(String document) {
        assertThat(fits(document)).isFalse();
        readAndKeep(document, filter);
        return filter.isKept();
    }

    /** Whatever is done to a document: if it fits, a parser agrees. */
    @Test
    void agreesWithTheParser() {
        Random random = new Random(20261125);
        int fitting = 0;
        for (int i = 0; i < 60_000; i++) {
            RepetitionFilter fresh = new RepetitionFilter();
            readAndKeep(SAMPLE, fresh);
            byte[] document = damaged(random);
            if (fresh.repeats(document, 0, document.length)) {
                fitting++;
                Read expected = read(SAMPLE, null);
                Read parsed = read(new String(document, UTF_8), null);
                assertThat(parsed.others).as(new String(document, UTF_8)).isEqualTo(expected.others);
                assertThat(parsed.varying).isEqualTo(fresh.text());
            }
        }
        assertThat(fitting).isGreaterThan(5_000);
    }

    /** Some bytes replaced, put in or taken out; often where it matters. */
    private static byte[] damaged(Random random) {
        String alphabet = "\"\\,:{}[]01-. axu\u0001";
        StringBuilder document = new StringBuilder(SAMPLE);
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(3) == 0
                    ? random.nextInt(document.length())
                    : Math.min(document.length() - 1, document.indexOf("say") + 6 + random.nextInt(5));
            if (at < 0) {
                break;
            }
            char next = alphabet.charAt(random.nextInt(alphabet.length()));
            switch (random.nextInt(3)) {
                case 0 -> document.setCharAt(at, next);
                case 1 -> document.insert(at, next);
                default -> document.deleteCharAt(at);
            }
        }
        return document.toString().getBytes(UTF_8);
    }

    private boolean fits(String document) {
        byte[] bytes = document.getBytes(UTF_8);
        return filter.repeats(bytes, 0, bytes.length);
    }

    /** Places in the mended copy of a document are not those of its own bytes. */
    @Test
    void keepsNoDocumentWithInvalidUtf8ButReadsARepetition() {
        byte[] broken = SAMPLE.replace("x9", "?").replace("one", "?").getBytes(UTF_8);
        for (int i = 0; i < broken.length; i++) {
            broken[i] = broken[i] == '?' ? (byte) 0xFF : broken[i];
        }
        filter.begin(json, broken, 0, broken.length);
        json.beginObject();
        String text = "";
        while (json.nextField()) {
            if (json.name().equals("n")) {
                json.beginArray();
                json.nextElement();
                json.beginObject();
                json.nextField();
                text = json.varying();
                json.nextField();
                json.skip();
                json.nextField();
                json.nextElement();
            } else {
                json.skip();
            }
        }
        json.end();
        filter.keep(text, broken, 0, broken.length);

        assertThat(text).isEqualTo("\uFFFD");
        assertThat(filter.isKept()).isFalse();
        keep(SAMPLE);
        byte[] fitting = SAMPLE.replace("one", "a?b").getBytes(UTF_8);
        fitting[SAMPLE.indexOf("one") + 1] = (byte) 0xFF;
        assertThat(filter.repeats(fitting, 0, fitting.length)).isTrue();
        assertThat(filter.text()).isEqualTo("a\uFFFDb");
    }

    private void keep(String document) {
        if (!fits(document)) {
            readAndKeep(document, filter);
        }
    }

    private void readAndKeep(String document, RepetitionFilter noted) {
        byte[] bytes = document.getBytes(UTF_8);
        noted.keep(read(document, noted).varying, bytes, 0, bytes.length);
    }

    /** What a reader makes of a document: fields "say" vary, fields "skip" do not matter, all others count. */
    private static final class Read {
        final List<Object> others = new ArrayList<>();
        String varying = "";
    }

    private Read read(String document, RepetitionFilter noted) {
        byte[] bytes = document.getBytes(UTF_8);
        Read read = new Read();
        if (noted == null) {
            json.begin(bytes, 0, bytes.length);
        } else {
            noted.begin(json, bytes, 0, bytes.length);
        }
        object(read);
        json.end();
        return read;
    }

    private void object(Read read) {
        json.beginObject();
        while (json.nextField()) {
            String name = json.name();
            switch (name) {
                case "say" -> read.varying = json.varying();
                case "skip" -> json.skip();
                case "n" -> {
                    json.beginArray();
                    while (json.nextElement()) {
                        object(read);
                    }
                }
                default -> read.others.addAll(Arrays.asList(name, json.value()));
            }
        }
    }
}
