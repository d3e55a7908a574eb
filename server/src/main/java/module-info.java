/**
 * The gateway over HTTP, on the JDK's own HTTP server. It is a program. It serves the backends of a configuration file;
 * their providers must be on the class path or module path.
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
