package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestSecretsTest {

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer s3cret-1",
        "PROXY-AUTHORIZATION, basic s3cret-1",
        "api-key, s3cret-1",
        "X-Amz-Security-Token, s3cret-1",
        "X-Client-Secret, s3cret-1",
        "Cookie, s3cret-1",
        "Set-Cookie, s3cret-1",
        "X-Credential, s3cret-1",
        "X-Password, s3cret-1",
        "X-Signature, s3cret-1",
    })
    void hidesTheValuesOfSecretHeaders(String name, String value) {
        RequestSecrets secrets = new RequestSecrets(Map.of(name, value, "X-Team", "blue"));
        assertThat(secrets.redacted("blue s3cret-1, s3cret-1.")).isEqualTo("blue ***, ***.");
        assertThat(secrets.toString()).doesNotContain("s3cret");
    }

    @Test
    void hidesTheSecretsOfTheCaller() {
        RequestSecrets secrets = new RequestSecrets(Map.of(), "", "abcd", "abcd-and-more", "abc", " with-space\n");
        assertThat(secrets.redacted("abcd-and-more abcd abc with-space")).isEqualTo("*** *** abc ***");
        assertThat(secrets.redacted("öffne abcd")).isEqualTo("öffne ***");
        assertThat(secrets.toString()).doesNotContain("abcd");
    }

    @Test
    void returnsATextAsItIsIfThereAreNoSecrets() {
        assertThat(RequestSecrets.NONE.redacted("ö x")).isEqualTo("ö x");
    }

    @Test
    void theExcerptIsPrintableAndShort() {
        RequestSecrets secrets = new RequestSecrets(Map.of("X-Key", "s3cret-1"));
        byte[] body = bytes("xx \u0007\r\n <p>\u202es3cret-1 s3cr\u200bet-1</p>" + "y".repeat(300));
        assertThat(secrets.excerpt(body, 2, body.length - 2))
                .startsWith("'<p>*** ***</p>yyy")
                .endsWith("y…'")
                .hasSize(203);
        assertThat(secrets.excerpt(body, 0, 2)).isEqualTo("'xx'");
    }

    @Test
    void theExcerptHasNoPartOfASecretThatIsCut() {
        String secret = "0123456789".repeat(300);
        RequestSecrets secrets = new RequestSecrets(Map.of(), secret);
        byte[] body = bytes(("<" + secret + ">").repeat(10)); // much of what is read is the secret

        assertThat(secrets.excerpt(body, 0, body.length)).startsWith("'<***>").doesNotContain("0123");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
