package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.Timeouts;

/**
 * One call of a provider: the request, the decoder of the answer, and the meaning of failures. One object serves all
 * attempts of a call. Its methods are called by one thread at a time and must not block, except {@link #call}, which
 * may look up credentials.
 *
 * @param <T> the items of the answer
 */
public interface Operation<T> {

    /** The request of the next attempt. Called once per attempt, so that credentials and signatures are fresh. */
    HttpCall call();

    /**
     * Whether {@link #call} may block, for example to look up credentials. If true, it is called on another thread, so
     * that a waiting caller notices the total timeout and an interrupt. If false, it is called on the thread of the
     * caller, which is faster. Default true.
     */
    default boolean mayBlock() {
        return true;
    }

    /** The decoder of the body that follows this head, whose status is a success. Called once per attempt. */
    Decoder<T> decoder(HttpReply head);

    /** The failure that an answer without a success status means. Its body may be cut at {@code maxErrorBytes}. */
    LlmException error(HttpReply reply);

    /** Adds facts of the provider, such as its name and the model, to a failure of this call. */
    default LlmException describe(LlmException failure) {
        return failure;
    }

    /**
     * The server refused the request. If the reason is a part that the provider, not the user, has put into it, changes
     * the next {@link #call} and returns true; the request is then sent again without delay. Not called after the first
     * item, more than four times per call, or if the {@link RetryPolicy} allows one attempt only.
     */
    default boolean amend(LlmException failure) {
        return false;
    }

    /**
     * Whether the answer is a stream of tokens, each of which is an item, so that the limits {@link
     * Timeouts#firstToken} and {@link Timeouts#betweenTokens} apply. Default false: a whole answer.
     */
    default boolean isStream() {
        return false;
    }

    /** The time limits of the call. */
    Timeouts timeouts();
}
