/**
 * The gateway over HTTP, on the JDK's own HTTP server: a program to run. It serves the backends that the providers on the
 * path make of a configuration file.
 */
module dev.postern.server {
    requires dev.postern.config;
    requires dev.postern.openai;
    requires dev.postern.wire;
    requires transitive java.logging;
    requires jdk.httpserver;

    exports dev.postern.server;
    exports dev.postern.server.standin;
}
