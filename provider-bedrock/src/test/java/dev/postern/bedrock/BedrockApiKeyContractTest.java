package dev.postern.bedrock;

/** The provider fulfils the contract of all providers, with a Bedrock API key. */
class BedrockApiKeyContractTest extends BedrockContractTest {

    @Override
    BedrockProviderBuilder identified(BedrockProviderBuilder builder, String key) {
        return builder.apiKey(key);
    }
}
