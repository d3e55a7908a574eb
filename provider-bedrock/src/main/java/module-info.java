/** The provider for Amazon Bedrock's Converse API. */
@SuppressWarnings("requires-automatic") // the AWS SDK, which is optional, has no module descriptors
module dev.postern.bedrock {
    requires static org.jspecify;
    requires static software.amazon.awssdk.auth;
    requires transitive dev.postern.core;

    exports dev.postern.bedrock;

    provides dev.postern.spi.ProviderFactory with
            dev.postern.bedrock.BedrockProviderFactory;
}
