package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireMaskTest {
    private static final URI HOME = URI.create("http://h/v1");

    private static WireMask mask(Map<String, String> headers, String... names) {
        return new WireMask(HttpCall.get(HOME, headers), null, List.of(names));
    }

    private static String text(WireMask mask, String text, int max) {
        byte[] bytes = text.getBytes(UTF_8);
        return mask.text(bytes, 0, bytes.length, 0, max);
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer sk-1234, Authorization: Bearer ***",
        "authorization, basic dXNlcg==, authorization: basic ***",
        "authorization, sk-1234, authorization: ***",
        "authorization, 'AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=12ab', authorization: AWS4-HMAC-SHA256 ***",
        "x-api-key, abc, x-api-key: ***",
        "X-Amz-Security-Token, Fwo=, X-Amz-Security-Token: ***",
        "Set-Cookie, a=b, Set-Cookie: ***",
        "X-Tenant, blue, X-Tenant: ***",
        "x-ratelimit-remaining-tokens, 29970, x-ratelimit-remaining-tokens: 29970",
        "content-type, application/json, content-type: application/json"
    })
    void headersWithSecretsAreMasked(String name, String value, String line) {
        assertThat(mask(Map.of(), "x-tenant").header(name, value)).isEqualTo(line);
    }

    @Test
    void theSecretsOfTheRequestAreMaskedEverywhere() {
        CompletionRequest request = CompletionRequest.builder()
                .user("x")
                .options(CallOptions.builder().apiKey("option-key").build())
                .build();
        WireMask mask = new WireMask(
                HttpCall.get(
                        URI.create("http://user:pass@h/v1?key=query%2Fkey&a=b&SIG=s1gnature&pin=12"),
                        Map.of(
                                "authorization",
                                "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/2026/x, SignedHeaders=a;b, Signature=0123abcd",
                                "x-amz-security-token",
                                "to/ken+x==")),
                request,
                List.of("pin"));

        String all = text(
                mask, "option-key query%2Fkey query/key s1gnature AKIAEXAMPLE 0123abcd to/ken+x== to\\/ken+x==", 500);

        assertThat(all).isEqualTo("*** *** *** *** *** *** *** ***");
        assertThat(mask.address(URI.create("http://user:pass@h/v1?key=query%2Fkey&a=b&SIG=s1gnature&pin=12")))
                .isEqualTo("http://h/v1?key=***&a=b&SIG=***&pin=***");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"ssn\":\"12\\\"3\",\"a\":1}                       | {\"ssn\":***,\"a\":1}",
                "{\"SSN\" : 123 ,\"a\":\"ssn\"}                      | {\"SSN\" : ***,\"a\":\"ssn\"}",
                "{\"a\":{\"ssn\":{\"b\":[1,\"}\"]},\"c\":true}}      | {\"a\":{\"ssn\":***,\"c\":true}}",
                "{\"ssn\":[\"a\",{\"b\":\"]\"}]}                     | {\"ssn\":***}",
                "{\"ssn\":null}                                      | {\"ssn\":***}",
                "{\"ssn\":\"cut                                      | {\"ssn\":***",
                "{\"xssn\":\"1\",\"ssn\":\"2\"}                      | {\"xssn\":\"1\",\"ssn\":***}",
                "{\"args\":\"{\\\"ssn\\\":\\\"1\\\\\\\"2\\\",\\\"b\\\":1}\"} | {\"args\":\"{\\\"ssn\\\":***,\\\"b\\\":1}\"}",
                "{\"args\":\"{\\\"ssn\\\":12}\",\"b\":1}             | {\"args\":\"{\\\"ssn\\\":***}\",\"b\":1}",
                "{\"args\":\"{\\\"ssn\\\":12\"                       | {\"args\":\"{\\\"ssn\\\":***\""
            })
    void namedFieldsAreMasked(String json, String masked) {
        assertThat(text(mask(Map.of(), "ssn"), json, 500)).isEqualTo(masked);
    }

    @Test
    void base64IsShortened() {
        String image = "iVBOR" + "w0KGgo".repeat(2057) + "Aa==";

        assertThat(text(mask(Map.of()), "{\"data\":\"" + image + "\"}", 500))
                .isEqualTo("{\"data\":\"iVBOR… (12,351 characters)\"}");
        assertThat(text(mask(Map.of()), "a".repeat(255) + " b", 500)).isEqualTo("a".repeat(255) + " b");
    }

    @Test
    void theBeginningOfALongKeyIsNotShown() {
        String key = "k3ys" + "x1".repeat(200);

        assertThat(text(mask(Map.of("x-key", key)), "your key " + key + "!", 500))
                .doesNotContain("k3y");
    }

    @Test
    void aTextIsBoundedAndASecretIsNotCutInHalf() {
        WireMask mask = mask(Map.of("x-key", "secret-key-123"));

        assertThat(text(mask, "abcdef", 4)).isEqualTo("abcd… (2 more)");
        assertThat(text(mask, "abc secret-key-123 d", 6)).isEqualTo("abc **… (3 more)");
        byte[] bytes = "abc secret-k".getBytes(UTF_8);
        assertThat(mask.text(bytes, 0, bytes.length, 10, 500)).isEqualTo("abc … (10 more)");
    }

    @Test
    void noContentCanChangeTheOrderOrTheColoursOfALog() {
        assertThat(text(mask(Map.of()), "a\u001b[31m\rb\u202ec\u2028d\té\n", 50))
                .isEqualTo("a?[31m b?c?d\té\n");
        assertThat(mask(Map.of()).header("a", "b\nc")).isEqualTo("a: b?c");
    }
}
