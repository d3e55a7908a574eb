package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.Usage;
import java.util.Objects;
import java.util.Optional;

/**
 * How a call ended.
 *
 * @param outcome the short of it
 * @param backend the backend that was asked last; empty if none was
 * @param model the model that answered, or empty
 * @param stopReason why the model stopped, if it did
 * @param usage what it cost, if the backend said
 * @param failure what the caller was told, if the call failed
 */
public record GatewayEnd(
        Outcome outcome,
        String backend,
        String model,
        Optional<StopReason> stopReason,
        Optional<Usage> usage,
        Optional<LlmException> failure) {

    /** The short of it. */
    public enum Outcome {
        /** The caller has the whole answer. */
        ANSWERED,
        /** The caller was told a failure. */
        FAILED,
        /** The caller went away. */
        CANCELLED
    }

    /** Refuses null. */
    public GatewayEnd {
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(stopReason, "stopReason");
        Objects.requireNonNull(usage, "usage");
        Objects.requireNonNull(failure, "failure");
    }
}
