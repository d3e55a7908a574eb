package dev.postern.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Incorrect API key provided: sk-proj-abcDEF123456. You can find yours on the site.",
                "Incorrect API key provided: sk-abc*****wxyz.",
                "Authorization: Bearer abcdefgh was refused",
                "Authorization: Basic dXNlcjpwYXNz",
                "https://example.com/v1?api_key=hunter2secret&x=1 answered 401",
                "{\"api-key\": \"hunter2secret\"}",
                "password: hunter2secret",
                "AKIAIOSFODNN7EXAMPLE is not authorized",
                "The security token 0123456789abcdef0123456789abcdef is invalid",
                "eyJhbGciOiJIUzI1NiJ9eyJzdWIiOiIxMjM0NTY3ODkwIn0 expired"
            })
    void whatLooksLikeAKeyIsNotShown(String message) {
        assertThat(FailureText.clean(message))
                .contains("***")
                .doesNotContain("abcDEF", "wxyz", "abcdefgh", "dXNlcj", "hunter2", "IOSFOD", "456789", "eyJ");
    }

    @ParameterizedTest
    @CsvSource({
        "'The backend ''main'' answered 503: overloaded_error; it is asked again in 2 s.'",
        "'Connection refused: gateway.internal.example.com:8443'",
        "'us.anthropic.claude-sonnet-4-20250514-v1:0 is not available in us-east-1'",
        "'The key is not valid; set api_key.'"
    })
    void whatAnOperatorNeedsIsShown(String message) {
        assertThat(FailureText.clean(message)).isEqualTo(message);
    }

    @ParameterizedTest
    @EnumSource(names = {"INVALID_REQUEST", "CONTENT_FILTER", "CONTEXT_LENGTH", "PROTOCOL"})
    void messagesThatMayQuoteARequestOrAnAnswerAreLeftOut(Kind kind) {
        assertThat(FailureText.of(new LlmException(kind, "The prompt 'my diagnosis' is not allowed.")))
                .isEmpty();
    }

    @Test
    void isOneShortLineAndAHugeMessageCostsNothing() {
        assertThat(FailureText.clean("a\n\u2028b\u0000c\u202Ed")).isEqualTo("a b c d");
        assertThat(FailureText.clean("x ".repeat(500))).hasSize(301).endsWith("…");
        org.junit.jupiter.api.Assertions.assertTimeout(
                Duration.ofSeconds(20), () -> FailureText.clean("a1_/+=-".repeat(1_000_000)));
    }
}
