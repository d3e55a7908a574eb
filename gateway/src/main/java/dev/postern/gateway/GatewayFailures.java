package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.time.Duration;

/** Failures that the gateway itself reports. */
final class GatewayFailures {
    private GatewayFailures() {}

    /** The backend is at its limits and its queue is full. */
    static LlmException queueFull(Backend backend) {
        return LlmException.builder(
                        Kind.OVERLOADED,
                        "The backend '" + backend.name() + "' is at its limit of calls, and its queue of "
                                + backend.policy().maxQueued()
                                + " is full; retry later, or raise its limits.")
                .backend(backend.name())
                .retryAfter(backend.limiter().retryAfter())
                .build();
    }

    /**
     * The configuration is invalid.
     *
     * @param problem the end of a sentence, without a full stop
     */
    static LlmException invalid(String problem) {
        return new LlmException(Kind.CONFIGURATION, "Invalid configuration of the gateway: " + problem + ".");
    }

    /** The deadline of the caller's context is over. */
    static LlmException deadline() {
        return LlmException.builder(
                        Kind.TIMEOUT,
                        "The call took longer than the deadline of its context allows, at all backends together.")
                .retryable(false)
                .build();
    }

    /** The total timeout of the call has expired. */
    static LlmException totalTimeout(Duration limit) {
        return new LlmException(
                Kind.TIMEOUT,
                "The call took longer than its total timeout of " + limit.toMillis()
                        + " ms, which includes waiting and other backends.");
    }
}
