package dev.postern.server;

import java.util.Map;

/**
 * The bounds of the JDK's HTTP server, which it takes from system properties and reads once in a process, before the
 * first server is made. Those that are set on the command line stay as they are.
 *
 * <p>There is none for the time of an answer here, as it would cut streams that are well; {@link StallGuard} has an eye on
 * each single write. And there is none for a number of connections from one address: that is for a proxy in front.
 */
final class JdkServerSettings {
    private static final Map<String, String> DEFAULTS = Map.of(
            "sun.net.httpserver.nodelay", "true", // each event in a packet of its own, at once
            "sun.net.httpserver.maxReqTime", "60", // seconds for head and body, hence for half-open connections
            "sun.net.httpserver.idleInterval", "60", // seconds between two requests
            "sun.net.httpserver.maxIdleConnections", "1000",
            "jdk.httpserver.maxConnections", "2000",
            "sun.net.httpserver.maxReqHeaders", "100", // beyond it, the connection closes without an answer
            "sun.net.httpserver.maxReqHeaderSize", "65536"); // bytes of all headers

    private JdkServerSettings() {}

    /** To be called before anything else. */
    static void apply() {
        DEFAULTS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
