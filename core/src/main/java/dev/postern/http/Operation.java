package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.Timeouts;

/**
 * One call as its provider sees it: how to ask, how to read the answer, and what a failure means. One object serves all
 * attempts of one call; its methods are called by one thread at a time and must not block, except {@link #call}, which
 * may look up credentials.
 *
 * @param <T> what the answer is made of
 */
public interface Operation<T> {

    /** The request of the next attempt. Called once an attempt, so that credentials and signatures are fresh. */
    HttpCall call();

    /**
     * Whether {@link #call} may wait for something, such as credentials. If so it is called on a thread of the library's, so
     * that a caller who waits for the answer notices the total timeout and an interrupt in the meantime; else on the thread
     * of the caller, which is quicker. Default true.
     */
    default boolean mayBlock() {
        return true;
    }

    /** Reads the body that follows this head, whose status is a success. Called once an attempt. */
    Decoder<T> decoder(HttpReply head);

    /** What an answer means whose status is no success. Its body may be shortened to {@code maxErrorBytes}. */
    LlmException error(HttpReply reply);

    /** Adds what only the provider knows, such as its name and the model, to any failure of this call. */
    default LlmException describe(LlmException failure) {
        return failure;
    }

    /**
     * The server refused something that the provider, not the user, put into the request: changes the next {@link #call}
     * and returns true if it is worth sending at once. Not called after the first item, nor more than four times a call, nor
     * if the {@link RetryPolicy} lets a request be sent only once.
     */
    default boolean amend(LlmException failure) {
        return false;
    }

    /**
     * Whether the answer was asked for as a stream of tokens, each of which is an item, so that the limits {@link
     * Timeouts#firstToken} and {@link Timeouts#betweenTokens} hold. Default false: a whole answer.
     */
    default boolean isStream() {
        return false;
    }

    /** How long to wait. */
    Timeouts timeouts();
}
