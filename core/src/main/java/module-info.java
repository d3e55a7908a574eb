/**
 * The model (requests, answers, events) and the code that providers share.
 *
 * <p>{@link dev.postern} is all that an application with one backend needs. {@link dev.postern.spi},
 * {@link dev.postern.http} and {@link dev.postern.json} are for those who write a provider.
 */
@SuppressWarnings("module") // the modules that flow is exported to are compiled after this one
module dev.postern.core {
    requires static org.jspecify;
    requires transitive java.net.http;
    requires tools.jackson.core;

    exports dev.postern;
    exports dev.postern.flow to
            dev.postern.agent,
            dev.postern.gateway,
            dev.postern.schema,
            dev.postern.testkit;
    exports dev.postern.http;
    exports dev.postern.json;
    exports dev.postern.spi;
}
