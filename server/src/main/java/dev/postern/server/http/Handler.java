package dev.postern.server.http;

/**
 * Handles a request. It runs on a thread of {@link RequestPool}, where it may block for a short time, but must not wait
 * for a backend. It may answer after it has returned, from any thread.
 */
@FunctionalInterface
public interface Handler {
    /**
     * Answers the request, or begins to.
     *
     * @throws HttpFailure for an error answer; an {@link dev.postern.LlmException} is converted to one as well
     */
    void handle(ServerExchange exchange);
}
