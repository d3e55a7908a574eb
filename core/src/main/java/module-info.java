/**
 * The model (requests, answers, events) and the code that providers share.
 *
 * <p>An application needs {@link dev.postern}, and from {@link dev.postern.http} the classes {@code RetryPolicy} and
 * {@code HttpTransport} if it changes retries or connections. The rest of {@link dev.postern.http},
 * {@link dev.postern.spi} and {@link dev.postern.json} are for authors of providers.
 */
@SuppressWarnings("module") // the modules that flow is exported to are compiled after this one
module dev.postern.core {
    requires static org.jspecify;
    requires transitive java.net.http;
    requires tools.jackson.core;

    exports dev.postern;
    exports dev.postern.call;
    exports dev.postern.flow to
            dev.postern.agent,
            dev.postern.config,
            dev.postern.gateway,
            dev.postern.mcp,
            dev.postern.langchain4j,
            dev.postern.schema,
            dev.postern.springai,
            dev.postern.testkit;
    exports dev.postern.http;
    exports dev.postern.json;
    exports dev.postern.spi;
}
