/**
 * The words of an LLM gateway, and the transport beneath its providers.
 *
 * <p>{@link dev.postern} is all that an application needs; {@link dev.postern.http} and {@link dev.postern.json} are for
 * those who write a provider.
 */
module dev.postern.core {
    requires static org.jspecify;
    requires transitive java.net.http;
    requires tools.jackson.core;

    exports dev.postern;
    exports dev.postern.http;
    exports dev.postern.json;
}
