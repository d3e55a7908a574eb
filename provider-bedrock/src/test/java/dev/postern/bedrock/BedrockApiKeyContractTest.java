package dev.postern.bedrock;

import org.junit.jupiter.api.Tag;

/** The provider fulfils the contract of all providers, with a Bedrock API key. */
@Tag("full")
class BedrockApiKeyContractTest extends BedrockContractTest {

    @Override
    BedrockProviderBuilder identified(BedrockProviderBuilder builder, String key) {
        return builder.apiKey(key);
    }
}
