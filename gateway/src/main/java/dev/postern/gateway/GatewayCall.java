package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.flow.Timer;
import java.time.Duration;

/** One call to a gateway, for its listeners. Compared by identity. */
public final class GatewayCall {
    private final CompletionRequest request;
    private final boolean streaming;
    private final Timer timer;
    private final long startNanos;

    GatewayCall(CompletionRequest request, boolean streaming, Timer timer) {
        this.request = request;
        this.streaming = streaming;
        this.timer = timer;
        this.startNanos = timer.nanoTime();
    }

    /** The request of the caller; the model in the request to a backend can be another one. */
    public CompletionRequest request() {
        return request;
    }

    /** Whether the caller receives events rather than the whole answer. */
    public boolean streaming() {
        return streaming;
    }

    /** The time since the start of the call. */
    public Duration elapsed() {
        return Duration.ofNanos(timer.nanoTime() - startNanos);
    }

    @Override
    public String toString() {
        return (streaming ? "stream of " : "answer to ") + request;
    }
}
