package dev.postern.testkit;

import dev.postern.CompletionResponse;
import dev.postern.StreamEvent;
import java.util.List;

/** How a {@link WireServer} writes answers. Stateless. */
interface WireProtocol {

    /** The path of the base URL, without a slash at its end. */
    String basePath();

    /** Whether the client asks for a stream. */
    boolean wantsStream(WireRequest request);

    /** The requested model. */
    String model(WireRequest request);

    /** The content type of a stream. */
    String streamType();

    /** The body of a whole answer, as JSON. */
    byte[] whole(CompletionResponse answer);

    /** A writer for one stream of this model. */
    StreamWriter stream(String model);

    /** The body of an error, as JSON. */
    byte[] error(int status, String message);

    /** Header lines of an error. */
    List<String> errorHeaders(int status);

    /** The list of models, as JSON; empty if the request asks for something else. */
    byte[] models(WireRequest request, List<String> models);

    /** Bytes within a stream that this protocol does not allow. */
    byte[] garbage();

    /** Writes the events of one stream. Not thread-safe. */
    interface StreamWriter {
        /** What comes before the first event. */
        byte[] opening();

        /** An event; empty if the protocol has nothing for it. */
        byte[] event(StreamEvent event);

        /** What comes after the last event. */
        byte[] ending();
    }
}
