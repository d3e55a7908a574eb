package dev.postern.gateway;

import dev.postern.LlmException;

/**
 * Told what becomes of each call, for logs, metrics and traces. The call is the same object from its request to its end.
 *
 * <p>A listener is called by whoever brings the news, which may be the thread of the HTTP client that reads for all
 * streams, and must not block. What it throws is logged and changes nothing. Calls run at the same time, so it must be
 * thread-safe; what it is told of one call comes in order, but for a cancellation, which may come while another thread is
 * telling something else.
 */
public interface GatewayListener {

    /** A call has begun. */
    default void onRequest(GatewayCall call) {}

    /** A backend is asked, with its own retries. */
    default void onAttempt(GatewayCall call, String backend) {}

    /** The backend's first event is there; of an answer that comes whole, the answer. */
    default void onFirstToken(GatewayCall call, String backend) {}

    /** A backend failed. What follows is {@link #onSwitch} or {@link #onEnd}. */
    default void onFailure(GatewayCall call, String backend, LlmException failure) {}

    /**
     * Another backend stands in.
     *
     * @param from the backend that failed now, or that is left alone because it failed before
     * @param to the backend that is asked next
     * @param why the failure
     */
    default void onSwitch(GatewayCall call, String from, String to, LlmException why) {}

    /**
     * A backend is left alone from now on, or refuses the gateway's key or account. Told once per change of this state, not
     * for each call.
     *
     * @param backend the backend
     * @param model the model that it is about; empty for all models of the backend
     * @param why the failure; {@link LlmException.Kind#QUOTA}, {@link LlmException.Kind#AUTHENTICATION} and {@link
     *     LlmException.Kind#PERMISSION} last until somebody mends the key or the account
     */
    default void onUnavailable(String backend, String model, LlmException why) {}

    /** A backend answers again, after {@link #onUnavailable}; told once. */
    default void onAvailable(String backend, String model) {}

    /** The call is over; told once for each call. */
    default void onEnd(GatewayCall call, GatewayEnd end) {}
}
