package dev.postern.server.http;

/** Refuses requests by their head. */
@FunctionalInterface
public interface RequestFilter {
    /**
     * Checks a request. Called on an event loop, so it must not block.
     *
     * @throws HttpFailure for a request that is refused
     */
    void check(ServerExchange exchange);
}
