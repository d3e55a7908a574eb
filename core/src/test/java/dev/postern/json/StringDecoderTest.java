package dev.postern.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decoder beside jackson-core, which reads small documents alone. */
class StringDecoderTest {
    /** Texts before and after a piece: short and long ones, and one that is decoded as Latin-1 first and then is not. */
    private static final List<String> AROUND = List.of(
            "",
            "ü",
            "“",
            "\\n\\\"",
            "😀",
            "敏捷的棕色",
            "plain text".repeat(20) + "–",
            "–".repeat(70),
            "plain text".repeat(10) + "–".repeat(100));

    private final StringDecoder decoder = new StringDecoder();

    private static String utf8(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    /** The text that the decoder makes of this string; null if it refuses it. */
    private String decoded(String latin) {
        byte[] document = ("[\"" + latin + "\"]").getBytes(ISO_8859_1);
        int close = decoder.decode(document, 2, document.length);
        if (close < 0) {
            return null;
        }
        return close == document.length - 2 ? decoder.text() : "closed at " + close;
    }

    private static String expected(String latin) {
        byte[] document = ("[\"" + latin + "\"]").getBytes(ISO_8859_1);
        if (!Utf8.isValid(document, 0, document.length)) {
            return null;
        }
        try {
            return (String) ((List<?>) Json.parse(document)).get(0);
        } catch (JsonException e) {
            return null;
        }
    }

    private void agrees(String piece) {
        for (String before : AROUND) {
            for (int shift = 0; shift < 9; shift++) {
                for (int rest = 0; rest < 24; rest += rest < 16 ? 1 : 7) {
                    String text = utf8(before) + "x".repeat(shift) + piece + "y".repeat(rest);

                    assertThat(decoded(text)).as(text).isEqualTo(expected(text));
                    assertThat(decoded(text + piece + utf8(before)))
                            .as(text)
                            .isEqualTo(expected(text + piece + utf8(before)));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\\"",
                "\\\\",
                "\\/",
                "\\b",
                "\\f",
                "\\n",
                "\\r",
                "\\t",
                "\\u0000",
                "\\u0041",
                "\\u007f",
                "\\u00e9",
                "\\u00FF",
                "\\u0100",
                "\\u20AC",
                "\\ud83d\\ude00",
                "\\ud800",
                "\\udc00\\ud800",
                "\\\\\\\\\\\"\\n\\n"
            })
    void decodesEachEscapeAtEachPlace(String escape) {
        agrees(escape);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "é",
                "ÿ",
                "Ā",
                "߿",
                "ࠀ",
                "—",
                "\uD7FF",
                "\uE000",
                "\uFFFF",
                "\uD800\uDC00",
                "\uDBFF\uDFFF",
                "\u007F"
            })
    void decodesEachCharacterAtEachPlace(String character) {
        agrees(utf8(character));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\\q", "\\u12", "\\u12g4", "\\u\u00e1123", "\\\u00e9", "\n", "\0", "\u001F", "\\x41", "\\N"})
    void refusesEachInvalidEscapeAtEachPlace(String bad) {
        agrees(bad);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0080",
                "\u00BF",
                "\u00C0\u00AF",
                "\u00C1\u00BF",
                "\u00C3",
                "\u00C3\u00C3",
                "\u00E0\u0080\u00AF",
                "\u00E0\u009F\u00BF",
                "\u00E2\u0080",
                "\u00E2\u0080\u00C0",
                "\u00E2\u00C0\u0080",
                "\u00E2x\u0080",
                "\u00ED\u00A0\u0080",
                "\u00ED\u00BF\u00BF",
                "\u00F0\u0080\u0080\u0080",
                "\u00F0\u009F\u0098",
                "\u00F4\u0090\u0080\u0080",
                "\u00F5\u0080\u0080\u0080",
                "\u00FF"
            })
    void refusesInvalidUtf8AtEachPlace(String bad) {
        agrees(bad);
    }

    @Test
    void refusesAStringWithoutItsEnd() {
        for (String text :
                List.of("plain", "a\\n", "a\\", "a\\u123", utf8("a“"), "\u00E2\u0080", utf8("敏".repeat(90)))) {
            for (int length = 0; length < 20; length++) {
                byte[] all = ("x".repeat(length) + text).getBytes(ISO_8859_1);

                assertThat(decoder.decode(all, 0, all.length)).isEqualTo(StringBytes.MALFORMED);
            }
        }
    }

    /** The bytes after the end are those of another document. */
    @Test
    void readsNothingAfterTheEnd() {
        byte[] all = "a\\n\"\"".getBytes(ISO_8859_1);

        assertThat(decoder.decode(all, 0, 3)).isEqualTo(StringBytes.MALFORMED);
        assertThat(decoder.decode(all, 0, 2)).isEqualTo(StringBytes.MALFORMED);
        assertThat(decoder.decode(all, 0, 4)).isEqualTo(3);
        assertThat(decoder.text()).isEqualTo("a\n");
    }
}
