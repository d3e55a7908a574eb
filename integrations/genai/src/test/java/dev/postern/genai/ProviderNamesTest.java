package dev.postern.genai;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderNamesTest {
    private final ProviderNames names = ProviderNames.wellKnown();

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com, openai",
        "https://eu.api.openai.com, openai",
        "https://API.X.AI, x_ai",
        "https://mine.openai.azure.com, azure.ai.openai",
        "https://bedrock-runtime.eu-west-1.amazonaws.com, aws.bedrock",
        "https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com, aws.bedrock",
        "https://europe-west1-aiplatform.googleapis.com, gcp.vertex_ai",
        "https://generativelanguage.googleapis.com, gcp.gemini",
        "https://api.mistral.ai, mistral_ai",
        "http://localhost:8000, main",
        "https://notapi.openai.com, main",
        "https://s3.amazonaws.com, main",
        "'', main",
        "not a URI, main"
    })
    void theHostTellsTheProvider(String address, String expected) {
        assertThat(names.of("main", address)).isEqualTo(expected);
    }

    @Test
    void aBackendNamedBedrockIsBedrockAlsoBehindAProxy() {
        assertThat(names.of("bedrock", "http://localhost:8080")).isEqualTo("aws.bedrock");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8000, localhost, 8000",
        "https://api.openai.com, api.openai.com, 443",
        "http://[::1]:80, [::1], 80",
        "http://x, x, 80",
        "'', '', 0",
        "%, '', 0",
        "urn:a, '', 0"
    })
    void anAddressHasHostAndPort(String origin, String host, int port) {
        assertThat(ServerAddress.of(origin)).isEqualTo(new ServerAddress(host, port));
    }
}
