package dev.postern.server;

import java.io.IOException;

/** Handles a request. It runs on the thread of the request and may block. */
@FunctionalInterface
interface Handler {
    /**
     * Answers the request.
     *
     * @throws HttpFailure for an error answer; an {@link dev.postern.LlmException} is converted to one as well
     * @throws IOException if the client is gone
     */
    void handle(ServerExchange exchange) throws IOException, InterruptedException;
}
