/** Any server that speaks OpenAI's chat completions, as a provider. */
module dev.postern.openai {
    requires static org.jspecify;
    requires transitive dev.postern.core;

    exports dev.postern.openai;

    provides dev.postern.spi.ProviderFactory with
            dev.postern.openai.OpenAiProviderFactory;
}
