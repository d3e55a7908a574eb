package dev.postern.mcp;

import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * The settings of a client.
 *
 * @param name the name in failures and logs
 * @param prefix begins the names of the tools; may be empty
 * @param endpoint where the server is
 * @param protocol the only version to speak; empty to find out
 * @param filter selects tools by their names on the server
 * @param limits bounds for what the server sends
 * @param connectTime for the beginning of a connection, and for each page of the list of tools
 * @param probeTime how long a server may be silent before it counts as one of an older protocol, where silence is possible
 * @param idleTime how long a server may be silent during a call
 * @param callTime how long a call may take
 * @param listTime how long a list of tools counts as fresh if the server does not say
 * @param listens whether to listen for changes of the tools
 * @param callbacks what the application wants to be told
 * @param scope who shares a connection
 * @param scopeIdle how long a connection may be idle that is not shared by all
 * @param timer the clock
 */
record McpSettings(
        String name,
        String prefix,
        Endpoint endpoint,
        String protocol,
        Predicate<String> filter,
        McpLimits limits,
        Duration connectTime,
        Duration probeTime,
        Duration idleTime,
        Duration callTime,
        Duration listTime,
        boolean listens,
        Callbacks callbacks,
        McpScope scope,
        Duration scopeIdle,
        Timer timer) {

    /** A text of the server for a failure: without secrets, and shortened. */
    String shown(String text) {
        return RpcError.shortened(endpoint.secrets().redacted(text));
    }

    /** Without the endpoint's secrets. */
    @Override
    public String toString() {
        return name + " at " + endpoint;
    }
}
