package dev.postern.gateway;

import dev.postern.LlmException;

/**
 * Is told when a backend of a gateway becomes unavailable, and when it is available again. What happens to calls is told to a {@link
 * dev.postern.call.CallListener}.
 *
 * <p>A listener must not block: it can be called on the selector thread of the HTTP client, which reads for all streams. It must be
 * thread-safe. An exception of a listener is logged and has no other effect.
 */
public interface BackendListener {

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
}
