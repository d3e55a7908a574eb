package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.time.Duration;

/** Failures that the gateway itself reports. */
final class GatewayFailures {
    private GatewayFailures() {}

    /** The queue of the backend is full. */
    static LlmException queueFull(Backend backend) {
        return LlmException.builder(
                        Kind.OVERLOADED,
                        "The backend '" + backend.name() + "' has as many calls as it may have, and "
                                + backend.policy().maxQueued()
                                + " wait already; ask again later, or raise its limits.")
                .backend(backend.name())
                .retryAfter(backend.gate().retryAfter())
                .build();
    }

    /** The total timeout of the call is over. */
    static LlmException late(Duration limit) {
        return new LlmException(
                Kind.TIMEOUT,
                "The call took longer than its total timeout of " + limit.toMillis()
                        + " ms, waits and other backends included.");
    }
}
