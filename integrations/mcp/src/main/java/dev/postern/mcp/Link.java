package dev.postern.mcp;

import dev.postern.LlmException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The transport of one connection to a server. Thread-safe; its methods do not block. */
interface Link {

    /** What a link tells the session above it, on any thread. */
    interface Events {
        /** A message that is not the answer to a request of an own exchange. */
        void received(Incoming message);

        /** The connection ended, and with it all requests. */
        void lost(LlmException failure);

        /** The server does not know this connection any more; requests under way may still be answered. */
        void expired();
    }

    /** The version is agreed: all that is sent from now on follows it. */
    void agreed(Protocol protocol);

    /** Sends a request. Its answer completes it, here or through {@link Events#received}; a failure fails it. */
    void send(Pending request, byte[] message);

    /**
     * Sends a notification, or an answer to a request of the server. A failure is not reported.
     *
     * @return complete when the server has the message, or when it cannot get it
     */
    CompletableFuture<Boolean> post(byte[] message);

    /** Tells the server that nobody waits for the answer any more. The request is complete already. */
    void cancel(Pending request, String reason);

    /**
     * Opens a stream on which the server sends notifications outside of requests, if that needs one.
     *
     * @param opened is told that the server sends notifications from now on
     * @param ended is told the end of the stream; null if the server ended it in order
     * @return closes the stream, after which nothing is told; null if notifications come without a stream
     */
    @Nullable
    Runnable listen(Runnable opened, Consumer<@Nullable LlmException> ended);

    /** Ends the connection, and waits a short time for that. Requests are not failed here. */
    void close();
}
