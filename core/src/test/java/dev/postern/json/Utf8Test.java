package dev.postern.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "12345678",
                "123456789",
                "é",
                "1234567é",
                "12345678é€😀x",
                "\uFFFD",
                "\0\u007F",
                "\uD7FF\uE000\uDBFF\uDFFF"
            })
    void acceptsValidUtf8(String text) {
        byte[] bytes = ("\uFFFDx" + text + "\uFFFD").getBytes(UTF_8);

        assertThat(Utf8.isValid(bytes, 3, bytes.length - 6)).isTrue();
        assertThat(new String(Utf8.mended(bytes, 3, bytes.length - 6), UTF_8)).isEqualTo("x" + text);
    }

    /** As many replacements as the WHATWG's decoder makes. */
    @ParameterizedTest
    @CsvSource({
        "80, 1",
        "bf, 1",
        "ff, 1",
        "c0af, 2",
        "c180, 2",
        "c3, 1",
        "e282, 1",
        "e080af, 3",
        "eda080, 3",
        "edbfbf, 3",
        "f0808080, 4",
        "f09f98, 1",
        "f4908080, 4",
        "f5, 1",
        "fc80808080af, 6"
    })
    void replacesInvalidUtf8(String hex, int replacements) {
        byte[] invalid = HexFormat.of().parseHex(hex);
        for (String before : new String[] {"", "a", "12345678", "é"}) {
            for (String after : new String[] {"", "b", "12345678"}) {
                byte[] head = before.getBytes(UTF_8);
                byte[] tail = after.getBytes(UTF_8);
                byte[] bytes = ByteBuffer.allocate(head.length + invalid.length + tail.length)
                        .put(head)
                        .put(invalid)
                        .put(tail)
                        .array();

                assertThat(Utf8.isValid(bytes, 0, bytes.length)).isFalse();
                assertThat(new String(Utf8.mended(bytes, 0, bytes.length), UTF_8))
                        .isEqualTo(before + "\uFFFD".repeat(replacements) + after);
            }
        }
    }

    @Test
    void agreesWithTheJdksDecoder() {
        Random random = new Random(7);
        byte[] some = {
            'a',
            (byte) 0x80,
            (byte) 0xA0,
            (byte) 0x90,
            (byte) 0x8F,
            (byte) 0xC2,
            (byte) 0xE0,
            (byte) 0xED,
            (byte) 0xEF,
            (byte) 0xF0,
            (byte) 0xF4
        };
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(7)];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = some[random.nextInt(some.length)];
            }

            assertThat(Utf8.isValid(bytes, 0, bytes.length)).isEqualTo(isValid(bytes));
        }
    }

    private static boolean isValid(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
