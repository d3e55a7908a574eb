/** Amazon Bedrock's Converse API, as a provider. */
@SuppressWarnings("requires-automatic") // the AWS SDK has no module descriptors; who has it is not ours to decide
module dev.postern.bedrock {
    requires static org.jspecify;
    requires static software.amazon.awssdk.auth;
    requires transitive dev.postern.core;

    exports dev.postern.bedrock;

    provides dev.postern.spi.ProviderFactory with
            dev.postern.bedrock.BedrockProviderFactory;
}
