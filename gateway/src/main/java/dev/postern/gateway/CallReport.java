package dev.postern.gateway;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the listeners are told of one call, and what the end of it will say of the answer. */
final class CallReport {
    private final Listeners listeners;
    private final GatewayCall call;

    // One attempt at a time writes.
    private volatile String model = "";
    private volatile @Nullable StopReason stopReason;
    private volatile @Nullable Usage usage;

    CallReport(Listeners listeners, GatewayCall call) {
        this.listeners = listeners;
        this.call = call;
    }

    void request() {
        listeners.tell(listener -> listener.onRequest(call));
    }

    void attempt(Backend backend) {
        listeners.tell(listener -> listener.onAttempt(call, backend.name()));
    }

    void firstToken(Backend backend) {
        listeners.tell(listener -> listener.onFirstToken(call, backend.name()));
    }

    void failure(Backend backend, LlmException failure) {
        listeners.tell(listener -> listener.onFailure(call, backend.name(), failure));
    }

    void switched(Backend from, Backend to, LlmException why) {
        listeners.tell(listener -> listener.onSwitch(call, from.name(), to.name(), why));
    }

    void end(GatewayEnd.Outcome outcome, @Nullable Backend last, @Nullable LlmException failure) {
        GatewayEnd end = new GatewayEnd(
                outcome,
                last == null ? "" : last.name(),
                model,
                Optional.ofNullable(stopReason),
                Optional.ofNullable(usage),
                Optional.ofNullable(failure));
        listeners.tell(listener -> listener.onEnd(call, end));
    }

    /** Something of the answer that is no piece of its text. */
    void notice(Object item) {
        if (item instanceof StreamEvent.MessageStop stop) {
            model = stop.model();
            stopReason = stop.stopReason();
        } else if (item instanceof StreamEvent.UsageReported cost) {
            usage = cost.usage();
        } else if (item instanceof CompletionResponse answer) {
            model = answer.model();
            stopReason = answer.stopReason();
            usage = answer.usage().orElse(null);
        }
    }
}
