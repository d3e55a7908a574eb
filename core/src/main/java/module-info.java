/**
 * The words of an LLM gateway, and the transport beneath its providers.
 *
 * <p>{@link dev.postern} is all that an application needs, with {@link dev.postern.gateway} if it has several backends, {@link
 * dev.postern.config} if a file names them, and {@link dev.postern.client} if its models are behind a gateway that runs
 * somewhere else. {@link dev.postern.http}, {@link dev.postern.json} and {@link dev.postern.spi} are for those who write a
 * provider, {@link dev.postern.wire} for those who write a server or a client of a gateway.
 */
module dev.postern.core {
    requires static org.jspecify;
    requires static org.snakeyaml.engine;
    requires static tools.jackson.dataformat.yaml;
    requires transitive java.net.http;
    requires tools.jackson.core;

    exports dev.postern;
    exports dev.postern.client;
    exports dev.postern.config;
    exports dev.postern.gateway;
    exports dev.postern.http;
    exports dev.postern.json;
    exports dev.postern.spi;
    exports dev.postern.wire;

    uses dev.postern.spi.ProviderFactory;
}
