package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.flow.Timer;
import java.time.Duration;

/** One call to a gateway, as its listeners see it. Compared by identity. */
public final class GatewayCall {
    private final CompletionRequest request;
    private final boolean streaming;
    private final Timer timer;
    private final long began;

    GatewayCall(CompletionRequest request, boolean streaming, Timer timer) {
        this.request = request;
        this.streaming = streaming;
        this.timer = timer;
        this.began = timer.nanoTime();
    }

    /** What the caller asked for; a backend may be asked for another model. */
    public CompletionRequest request() {
        return request;
    }

    /** Whether the caller wants events rather than the whole answer. */
    public boolean streaming() {
        return streaming;
    }

    /** How long the call has been running. */
    public Duration elapsed() {
        return Duration.ofNanos(timer.nanoTime() - began);
    }

    @Override
    public String toString() {
        return (streaming ? "stream of " : "answer to ") + request;
    }
}
