package dev.postern.http;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;

/**
 * A call to a model, which listeners see and which interceptors may change. Its deadline is that of the request's context.
 *
 * @param <T> {@link dev.postern.StreamEvent}, or {@link CompletionResponse} if {@link #isWhole}
 */
public interface ModelOperation<T> extends Operation<T> {

    /** The request. */
    CompletionRequest request();

    /** Replaces the request, before an attempt: an interceptor has changed it. */
    void use(CompletionRequest changed);

    /** The name of the provider. */
    String backend();

    /** The model that is asked; empty if only the backend knows. */
    String model();

    /** Scheme, host and port of the server. */
    String address();

    /**
     * Whether the headers of the request are signed. If so, a header of a listener does not replace one that the request has. Default
     * false.
     */
    default boolean signsHeaders() {
        return false;
    }

    /** Whether the answer is one {@link CompletionResponse} instead of events. Default false. */
    default boolean isWhole() {
        return false;
    }
}
