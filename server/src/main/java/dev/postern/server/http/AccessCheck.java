package dev.postern.server.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides whether a client may use the server. It comes first: after the ids of the request, before all other checks,
 * before a place is taken and before the body is read. It also decides about the probes, {@code /healthz} and {@code
 * /readyz}.
 */
@FunctionalInterface
public interface AccessCheck {
    /** Lets all requests pass. */
    AccessCheck NONE = exchange -> CompletableFuture.completedFuture(true);

    /**
     * Checks a request. Called on an event loop, so it must not block; a check that takes time completes the stage
     * later, on any thread.
     *
     * @return completes with any value if the request may go on, and exceptionally, usually with {@link HttpFailure},
     *     if it is refused
     */
    CompletionStage<?> check(ServerExchange exchange);
}
