package dev.postern.micrometer;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.call.CallListener.Outcome;
import dev.postern.genai.GenAi;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The observation of a call or a run, which has begun.
 *
 * @param observation the observation
 * @param incoming the one above it that stands for the request from outside under whose trace this is made; null as a rule
 */
record Opened(Observation observation, @Nullable Observation incoming) {

    /**
     * Starts an observation. Its parent is that of the context, else the current one, else one that continues the trace of the context.
     */
    static Opened start(Observation observation, CallContext context, ObservationRegistry registry) {
        Observation given = context.get(ObservationListener.OBSERVATION).orElse(null);
        Observation incoming = given == null ? incoming(context, registry) : null;
        try {
            start(observation, given == null ? incoming : given);
        } catch (RuntimeException | Error thrown) { // by a convention or handler of the application
            if (incoming != null) {
                stop(incoming, Optional.of(withoutMessage(thrown)));
            }
            throw thrown;
        }
        return new Opened(observation, incoming);
    }

    /**
     * Starts an observation below a parent; if that is null, below the current one. If there is a current span, a tracing handler makes
     * the new span below that one, whatever the parent of the observation is. So the parent becomes current for this moment.
     */
    static void start(Observation observation, @Nullable Observation parent) {
        if (parent == null) {
            observation.start();
            return;
        }
        observation.parentObservation(parent);
        Observation.Scope scope = parent.openScope();
        try {
            observation.start();
        } finally {
            scope.close();
        }
    }

    /** A tracing handler continues the trace that a {@link ReceiverContext} carries, and ignores the parent of such an observation. */
    private static @Nullable Observation incoming(CallContext context, ObservationRegistry registry) {
        if (context.get(CallContext.TRACE_PARENT).isEmpty() || registry.getCurrentObservation() != null) {
            return null;
        }
        ReceiverContext<CallContext> received = new ReceiverContext<>(Opened::header, Kind.SERVER);
        received.setCarrier(context);
        Observation incoming = Observation.createNotStarted("postern.incoming", () -> received, registry)
                .contextualName("incoming");
        return incoming.isNoop() ? null : incoming.start();
    }

    private static @Nullable String header(@Nullable CallContext context, String name) {
        if (context == null) {
            return null;
        }
        return switch (name) {
            case "traceparent" -> context.get(CallContext.TRACE_PARENT).orElse(null);
            case "tracestate" -> context.get(CallContext.TRACE_STATE).orElse(null);
            default -> null;
        };
    }

    /** Stops the observations, with this failure if there is one. */
    void stop(Optional<? extends Throwable> failure) {
        try {
            stop(observation, failure);
        } finally { // also if a convention of the application threw
            if (incoming != null) {
                stop(incoming, failure);
            }
        }
    }

    /**
     * What takes the place of a failure whose message may quote what a server or a tool was given: an {@link LlmException} of the same kind,
     * or an exception with the name of the class.
     */
    static Throwable withoutMessage(Throwable failure) {
        Throwable bare = failure instanceof LlmException known
                ? new LlmException(
                        known.kind(),
                        GenAi.errorType(Outcome.FAILED, Optional.of(known)).orElseThrow())
                : new ToolFailure(failure.getClass().getName());
        bare.setStackTrace(failure.getStackTrace());
        return bare;
    }

    /** A failure of a tool, without what the tool says about it. */
    private static final class ToolFailure extends Exception {
        private static final long serialVersionUID = 1;

        ToolFailure(String type) {
            super(type);
        }
    }

    static void stop(Observation observation, Optional<? extends Throwable> failure) {
        failure.ifPresent(observation::error);
        observation.stop();
    }
}
