package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BracketsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                " \t\r\n{} \t\r\n",
                "{\"a\": [{}, []]}",
                "[\"]\"]",
                "{\"a\\\"}\": \"\\\\\"}",
                "{\"a\": \"{\"}",
                "{\"ä\": \"日本\"}",
                "[[[[]]]]"
            })
    void areWhole(String text) {
        assertThat(close(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[",
                "{\"a\": {}",
                "{}}",
                "{}{}",
                "{} x",
                "x {}",
                "1",
                "\"a\"",
                "null",
                "{\"}",
                "{\"\\\"}",
                "{\"a\": \"\\\\\\\"}",
                "[DONE]x",
                "[[]",
                "\"{}\"",
                "{\"a\": {}",
                "{\\"
            })
    void areNotWhole(String text) {
        assertThat(close(text)).isFalse();
    }

    private static boolean close(String text) {
        byte[] bytes = ("}" + text + "{").getBytes(UTF_8); // what lies around them does not matter
        return Brackets.close(bytes, 1, bytes.length - 2);
    }
}
