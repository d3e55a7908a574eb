package dev.postern.server;

import java.util.Map;

/**
 * The limits of the JDK's HTTP server. It reads them from system properties once in a process, before the first server
 * is created. Properties that are set on the command line are not changed.
 *
 * <p>There is no limit for the time of an answer, because it would cut valid streams; {@link IoTimeout} limits each
 * single write. There is no limit for connections from one address; this is the task of a proxy.
 */
final class JdkServerSettings {
    private static final Map<String, String> DEFAULTS = Map.of(
            "sun.net.httpserver.nodelay", "true", // sends each event at once, in its own packet
            "sun.net.httpserver.maxReqTime", "60", // seconds for head and body; also ends half-open connections
            "sun.net.httpserver.idleInterval", "60", // seconds between two requests
            "sun.net.httpserver.maxIdleConnections", "1000",
            "jdk.httpserver.maxConnections", "2000",
            "sun.net.httpserver.maxReqHeaders", "100", // with more, the connection closes without an answer
            "sun.net.httpserver.maxReqHeaderSize", "65536"); // bytes of all headers

    private JdkServerSettings() {}

    /** Sets the properties. Must be called before the first use of the JDK's server. */
    static void apply() {
        DEFAULTS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
