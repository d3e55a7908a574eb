/**
 * The words of an LLM gateway, and all that several providers share.
 *
 * <p>{@link dev.postern} is all that an application with one backend needs. With several, {@link dev.postern.gateway}
 * stands before them, which {@link dev.postern.config} reads from a file; {@link dev.postern.client} speaks to a gateway
 * that runs somewhere else. {@link dev.postern.agent} runs the loop in which a model uses tools.
 *
 * <p>{@link dev.postern.spi}, {@link dev.postern.http} and {@link dev.postern.json} are for those who write a provider,
 * {@link dev.postern.wire} for those who write a server or a client of a gateway.
 */
module dev.postern.core {
    requires static org.jspecify;
    requires static org.snakeyaml.engine;
    requires static java.sql;
    requires static tools.jackson.dataformat.yaml;
    requires transitive java.net.http;
    requires tools.jackson.core;

    exports dev.postern;
    exports dev.postern.agent;
    exports dev.postern.agent.jdbc;
    exports dev.postern.client;
    exports dev.postern.config;
    exports dev.postern.gateway;
    exports dev.postern.http;
    exports dev.postern.json;
    exports dev.postern.schema;
    exports dev.postern.spi;
    exports dev.postern.wire;

    uses dev.postern.spi.ProviderFactory;
}
