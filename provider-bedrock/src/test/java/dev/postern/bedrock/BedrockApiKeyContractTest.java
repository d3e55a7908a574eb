package dev.postern.bedrock;

/** The provider keeps the contract with a Bedrock API key as well. */
class BedrockApiKeyContractTest extends BedrockContractTest {

    @Override
    BedrockProviderBuilder identified(BedrockProviderBuilder builder, String key) {
        return builder.apiKey(key);
    }
}
