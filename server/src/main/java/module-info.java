/**
 * The gateway over HTTP, on Vert.x. It is a program. It serves the backends of a configuration file; their providers
 * must be on the class path or module path.
 */
@SuppressWarnings("requires-automatic") // Micrometer has no module descriptors
module dev.postern.server {
    requires static org.jspecify;
    requires com.nimbusds.jose.jwt;
    requires dev.postern.config;
    requires dev.postern.micrometer;
    requires dev.postern.openai;
    requires dev.postern.opentelemetry;
    requires dev.postern.usage;
    requires dev.postern.wire;
    requires java.management;
    requires transitive java.logging;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.vertx.core;
    requires jdk.httpserver; // of the stand-in
    requires jdk.management; // for the meters of the JVM
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.snakeyaml.engine;

    exports dev.postern.server;
    exports dev.postern.server.standin;
}
