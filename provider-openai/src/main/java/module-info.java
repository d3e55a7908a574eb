/** A provider for servers with OpenAI's chat completions API. */
module dev.postern.openai {
    requires static org.jspecify;
    requires transitive dev.postern.core;

    exports dev.postern.openai;

    provides dev.postern.spi.ProviderFactory with
            dev.postern.openai.OpenAiProviderFactory;
}
