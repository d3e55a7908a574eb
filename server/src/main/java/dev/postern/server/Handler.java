package dev.postern.server;

import java.io.IOException;

/** What happens to a request. Runs on a thread of its own, and may block. */
@FunctionalInterface
interface Handler {
    /**
     * Answers, or throws: a {@link Refusal} or an {@link dev.postern.LlmException} becomes the answer, an {@link
     * IOException} means that the client is gone.
     */
    void handle(Exchange exchange) throws IOException, InterruptedException;
}
