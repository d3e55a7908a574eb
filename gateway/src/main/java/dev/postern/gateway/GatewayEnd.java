package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.Usage;
import java.util.Objects;
import java.util.Optional;

/**
 * The end of a call.
 *
 * @param outcome the kind of end
 * @param backend the last backend that received the request; empty if none did
 * @param model the model that answered, or empty
 * @param stopReason the reason why the model stopped, if known
 * @param usage the tokens of the call, if the backend reported them
 * @param failure the failure that the caller received, if the call failed
 */
public record GatewayEnd(
        Outcome outcome,
        String backend,
        String model,
        Optional<StopReason> stopReason,
        Optional<Usage> usage,
        Optional<LlmException> failure) {

    /** The kind of end. */
    public enum Outcome {
        /** The caller received the whole answer. */
        ANSWERED,
        /** The caller received a failure. */
        FAILED,
        /** The caller cancelled. */
        CANCELLED
    }

    /** Requires that no component is null. */
    public GatewayEnd {
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(stopReason, "stopReason");
        Objects.requireNonNull(usage, "usage");
        Objects.requireNonNull(failure, "failure");
    }
}
