package dev.postern.server.http;

import dev.postern.LlmException;
import java.util.function.Consumer;

/** Writes the events of a stream: as JSON, each without a line break, unless {@link #isFramed}. */
public interface EventFormat<E> {

    /**
     * Writes an event.
     *
     * @param backend the name of the backend that answers, if the head of the answer does not have it; else empty
     * @param out gets what the client receives for this event, which may be nothing
     */
    void event(E event, String backend, Consumer<byte[]> out);

    /**
     * The answer is complete.
     *
     * @param out gets what the client receives at the end, which is nothing by default
     */
    default void completed(Consumer<byte[]> out) {}

    /**
     * Whether the bytes of events are whole frames of server-sent events, with the blank line; by default they are JSON, which
     * is written as {@code data}.
     */
    default boolean isFramed() {
        return false;
    }

    /** The frame that is sent while no event comes; by default a comment. */
    default byte[] keepAlive() {
        return SseStream.KEEP_ALIVE.clone();
    }

    /** The end of a stream that failed after its head was sent. */
    Ending failed(LlmException failure);

    /** The end of a stream that is cut off because the server stops. */
    Ending stopped();

    /**
     * The end of a stream.
     *
     * @param last the last event
     * @param complete whether the answer ends normally; otherwise the connection closes without the last chunk, so that
     *     a client which skips unknown events notices as well
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Ending(byte[] last, boolean complete) {}
}
