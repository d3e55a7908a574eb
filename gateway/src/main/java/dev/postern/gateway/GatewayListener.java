package dev.postern.gateway;

import dev.postern.LlmException;

/**
 * Receives the events of each call, for logs, metrics and traces. All events of one call have the same {@link GatewayCall}.
 *
 * <p>A listener must not block: it can be called on the selector thread of the HTTP client, which reads for all streams. It
 * must be thread-safe, since calls run concurrently. The events of one call arrive in order, except that the end of a
 * cancelled call can arrive on another thread during another event. An exception of a listener is logged and has no other
 * effect.
 */
public interface GatewayListener {

    /** A call starts. */
    default void onRequest(GatewayCall call) {}

    /** The request is sent to a backend; retries of its provider are not reported. */
    default void onAttempt(GatewayCall call, String backend) {}

    /** The first event of a backend has arrived, or its whole answer. */
    default void onFirstToken(GatewayCall call, String backend) {}

    /** A backend failed. {@link #onSwitch} or {@link #onEnd} follows. */
    default void onFailure(GatewayCall call, String backend, LlmException failure) {}

    /**
     * The gateway switches to another backend.
     *
     * @param from the backend that failed now, or that cools down because it failed before
     * @param to the next backend
     * @param why the failure
     */
    default void onSwitch(GatewayCall call, String from, String to, LlmException why) {}

    /**
     * The cool-down of a backend starts, or the backend refuses the gateway's key or account. Called once for each change of
     * this state, not for each call.
     *
     * @param backend the backend
     * @param model the affected model; empty for all models of the backend
     * @param why the failure; {@link LlmException.Kind#QUOTA}, {@link LlmException.Kind#AUTHENTICATION} and {@link
     *     LlmException.Kind#PERMISSION} last until the operator corrects the key or the account
     */
    default void onUnavailable(String backend, String model, LlmException why) {}

    /** A backend answers again after {@link #onUnavailable}; called once. */
    default void onAvailable(String backend, String model) {}

    /** The call has ended; called once for each call. */
    default void onEnd(GatewayCall call, GatewayEnd end) {}
}
