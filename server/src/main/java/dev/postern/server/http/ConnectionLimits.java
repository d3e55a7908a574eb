package dev.postern.server.http;

import java.time.Duration;

/**
 * The limits of connections.
 *
 * @param all the largest number of open connections; further ones are closed at once
 * @param perClient the largest number of open connections from one address that is not a proxy's
 * @param headTime how long the first request of a connection may take to arrive, without its body
 * @param idleTime how long a connection may wait for its next request, without its body
 * @param proxies the trusted proxies, whose connections belong to many clients
 */
public record ConnectionLimits(int all, int perClient, Duration headTime, Duration idleTime, AddressRanges proxies) {
    static ConnectionLimits defaults() {
        return new ConnectionLimits(20_000, 10_000, Duration.ofSeconds(10), Duration.ofSeconds(60), AddressRanges.NONE);
    }
}
