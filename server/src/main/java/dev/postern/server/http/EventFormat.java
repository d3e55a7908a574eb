package dev.postern.server.http;

import dev.postern.LlmException;
import java.util.function.Consumer;

/** Writes the events of a stream as JSON, each without a line break. */
public interface EventFormat<E> {

    /**
     * Writes an event.
     *
     * @param backend the name of the backend that answers, if the head of the answer does not have it; else empty
     * @param out gets what the client receives for this event, which may be nothing
     */
    void event(E event, String backend, Consumer<byte[]> out);

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
