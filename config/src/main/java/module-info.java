/** Starts a gateway and its agents from a file. */
@SuppressWarnings("module") // the module that names is exported to is compiled after this one
module dev.postern.config {
    requires static org.jspecify;
    requires transitive dev.postern.agent;
    requires transitive dev.postern.gateway;
    requires dev.postern.wire;
    requires org.snakeyaml.engine;
    requires tools.jackson.core;

    exports dev.postern.config;
    exports dev.postern.config.names to
            dev.postern.spring.boot;

    uses dev.postern.agent.AgentSpecStoreFactory;
    uses dev.postern.spi.ProviderFactory;
}
