package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretNamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "Proxy-Authorization",
                "x-auth",
                "api-key",
                "Ocp-Apim-Subscription-Key",
                "x-functions-key",
                "X-Amz-Security-Token",
                "X-Amz-Credential",
                "X-Amz-Signature",
                "client_secret",
                "Cookie",
                "password",
                "Passwd",
                "pwd",
                "sig",
                "x-sig",
                "sign"
            })
    void theseAreNamesOfSecrets(String name) {
        assertThat(SecretNames.isSecret(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type",
                "traceparent",
                "x-request-id",
                "x-ratelimit-remaining-tokens",
                "anthropic-rate-limit-tokens",
                "x-token-count",
                "design",
                "x-assignment"
            })
    void theseAreNot(String name) {
        assertThat(SecretNames.isSecret(name)).isFalse();
    }
}
