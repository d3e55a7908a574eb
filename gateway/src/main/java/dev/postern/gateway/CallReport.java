package dev.postern.gateway;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reports the events of one call to the listeners, and collects the data of the answer for the last event. */
final class CallReport {
    private final Listeners listeners;
    private final GatewayCall call;

    // Written by one backend subscriber at a time.
    private volatile String model = "";
    private volatile @Nullable StopReason stopReason;
    private volatile @Nullable Usage usage;

    CallReport(Listeners listeners, GatewayCall call) {
        this.listeners = listeners;
        this.call = call;
    }

    void request() {
        listeners.emit(listener -> listener.onRequest(call));
    }

    void attempt(Backend backend) {
        listeners.emit(listener -> listener.onAttempt(call, backend.name()));
    }

    void firstToken(Backend backend) {
        listeners.emit(listener -> listener.onFirstToken(call, backend.name()));
    }

    void failure(Backend backend, LlmException failure) {
        listeners.emit(listener -> listener.onFailure(call, backend.name(), failure));
    }

    void switched(Backend from, Backend to, LlmException why) {
        listeners.emit(listener -> listener.onSwitch(call, from.name(), to.name(), why));
    }

    void end(GatewayEnd.Outcome outcome, @Nullable Backend last, @Nullable LlmException failure) {
        GatewayEnd end = new GatewayEnd(
                outcome,
                last == null ? "" : last.name(),
                model,
                Optional.ofNullable(stopReason),
                Optional.ofNullable(usage),
                Optional.ofNullable(failure));
        listeners.emit(listener -> listener.onEnd(call, end));
    }

    /** Records an item of the answer that is not a content delta. */
    void record(Object item) {
        if (item instanceof StreamEvent.MessageStop stop) {
            model = stop.model();
            stopReason = stop.stopReason();
        } else if (item instanceof StreamEvent.UsageReported reported) {
            usage = reported.usage();
        } else if (item instanceof CompletionResponse answer) {
            model = answer.model();
            stopReason = answer.stopReason();
            usage = answer.usage().orElse(null);
        }
    }
}
